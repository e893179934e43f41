//! Known places in long lists, so that index paging need not count from the start.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use crate::scim::Kind;

/// At most one anchor is kept for so many positions.
const SPACING: u64 = 64;

/// Of every list, which resource stands at which position. New resources join at the end of a list,
/// so a position holds until something is removed: `population.removed` says whether that happened.
#[derive(Debug, Default)]
pub(super) struct Anchors(Mutex<HashMap<(i64, Kind), Line>>);

#[derive(Debug, Default)]
struct Line {
    /// `population.removed` when the places were learnt.
    removed: i64,
    /// By position divided by the spacing: position (from 1) and number of the resource there.
    places: BTreeMap<u64, (u64, i64)>,
}

impl Anchors {
    /// The last known place at or before `position`: its position and the number there.
    pub(super) fn before(
        &self,
        list: (i64, Kind),
        removed: i64,
        position: u64,
    ) -> Option<(u64, i64)> {
        let lines = self.0.lock().ok()?;
        let line = lines.get(&list).filter(|line| line.removed == removed)?;
        line.places
            .range(..=position / SPACING)
            .rev()
            .map(|(_, place)| *place)
            .find(|(known, _)| *known <= position)
    }

    /// Remembers that the resource `number` stands at `position` of its list.
    pub(super) fn learn(&self, list: (i64, Kind), removed: i64, position: u64, number: i64) {
        let Ok(mut lines) = self.0.lock() else {
            return;
        };
        let line = lines.entry(list).or_default();
        // An older snapshot than the one that taught us the present places has nothing to add.
        if line.removed > removed {
            return;
        }
        if line.removed < removed {
            line.removed = removed;
            line.places.clear();
        }
        line.places.insert(position / SPACING, (position, number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_holds_until_something_is_removed() {
        let anchors = Anchors::default();
        let list = (1, Kind::User);
        anchors.learn(list, 0, 100, 1_000);
        anchors.learn(list, 0, 200, 2_000);
        assert_eq!(anchors.before(list, 0, 99), None);
        assert_eq!(anchors.before(list, 0, 100), Some((100, 1_000)));
        assert_eq!(anchors.before(list, 0, 5_000), Some((200, 2_000)));
        assert_eq!(anchors.before(list, 1, 5_000), None);
        assert_eq!(anchors.before((1, Kind::Group), 0, 5_000), None);
        anchors.learn(list, 1, 150, 7);
        assert_eq!(anchors.before(list, 1, 5_000), Some((150, 7)));
        anchors.learn(list, 0, 300, 8);
        assert_eq!(anchors.before(list, 1, 5_000), Some((150, 7)));
    }
}
