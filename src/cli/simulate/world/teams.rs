//! The groups of the simulated directory.

use super::names;
use super::population::{Day, Population, Stream};

/// One group on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli::simulate) struct Team {
    /// Its `displayName`, which no other group of the directory has.
    pub(in crate::cli::simulate) name: String,
    /// Its id in the directory.
    pub(in crate::cli::simulate) external_id: String,
    /// The places of its members in the list of people, no two the same.
    pub(in crate::cli::simulate) members: Vec<usize>,
}

/// Members who leave a group after the first day, and others who come.
const TURNOVER: usize = 3;

impl Population {
    /// The group in this place on this day; `None` once it was dissolved.
    pub(in crate::cli::simulate) fn team(&self, index: usize, day: Day) -> Option<Team> {
        if self.is_dissolved(index) && day == Day::Last {
            return None;
        }
        // The dissolved group keeps its identity in a directory of any size.
        let number = if self.is_dissolved(index) {
            usize::MAX
        } else {
            index
        };
        let mut random = self.stream(Stream::Group, number);
        let external_id = random.guid();
        let base = random.pick(&names::TEAMS);
        let title = if self.is_dissolved(index) {
            format!("{base} (closing)")
        } else {
            format!("{base} {index}")
        };
        let renamed = match index % 4 {
            1 => day >= Day::Second,
            2 => day >= Day::Last,
            _ => false,
        };
        let mut members = self.members_of(index, random.below(self.users), day);
        if index == 0 && day < Day::Last {
            members.extend(self.users..self.everybody());
        }
        Some(Team {
            name: if renamed {
                format!("{title} – renewed")
            } else {
                title
            },
            external_id,
            members,
        })
    }

    /// A stretch of the list of people that begins at `start` and moves on a little after the first day: those in
    /// front leave, others come; on the last day the very first is back and one more has left.
    fn members_of(&self, index: usize, start: usize, day: Day) -> Vec<usize> {
        let size = self.members.min(self.users);
        let turnover = TURNOVER.min(self.users - size).min(size / 2);
        let stretch = |from: usize| {
            (from..from + size).filter_map(move |place| (start + place).checked_rem(self.users))
        };
        let mut members: Vec<usize> = match day {
            Day::First => stretch(0).collect(),
            Day::Second | Day::Last => stretch(turnover).collect(),
        };
        if day == Day::Last && turnover > 0 && !self.is_dissolved(index) {
            members.remove(0);
            members.insert(0, start);
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const TOWN: Population = Population {
        seed: 1,
        users: 40,
        leavers: 2,
        groups: 5,
        members: 10,
    };
    const DAYS: [Day; 3] = [Day::First, Day::Second, Day::Last];

    #[test]
    fn nobody_is_in_a_group_twice() {
        for users in 0..20 {
            let town = Population { users, ..TOWN };
            for (index, day) in (0..town.all_groups()).flat_map(|i| DAYS.map(|day| (i, day))) {
                let Some(team) = town.team(index, day) else {
                    continue;
                };
                let distinct: HashSet<_> = team.members.iter().collect();
                assert_eq!(distinct.len(), team.members.len());
                assert!(team.members.iter().all(|member| *member < town.everybody()));
            }
        }
    }

    #[test]
    fn no_two_groups_share_a_name() {
        for day in DAYS {
            let names: HashSet<_> = (0..TOWN.all_groups())
                .filter_map(|index| TOWN.team(index, day))
                .map(|team| team.name)
                .collect();
            assert_eq!(names.len(), if day == Day::Last { 5 } else { 6 });
        }
    }

    #[test]
    fn members_come_and_go() {
        let on = |day| TOWN.team(3, day).unwrap().members;
        assert_ne!(on(Day::First), on(Day::Second));
        assert_ne!(on(Day::Second), on(Day::Last));
        assert_eq!(on(Day::Last).len(), 10);
        assert_eq!(on(Day::First)[0], on(Day::Last)[0]);
    }
}
