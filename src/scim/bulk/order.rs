//! The order in which the operations of a bulk request are carried out.
//!
//! It is that in which they were sent, except that one which refers to later ones waits for them
//! (RFC 7644 §3.7.2). Nothing is drawn forward: what was sent to happen before something else, such as
//! a removal that frees a userName, still happens before it.

/// An order for operations of which `needs` says, by place, on which others each depends. What depends
/// on each other in a circle is one unit, in the order in which it was sent; everything else is a unit
/// by itself.
pub(super) fn units(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut done = vec![false; needs.len()];
    let mut units = Vec::with_capacity(needs.len());
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    let mut missing: Vec<usize> = needs.iter().map(Vec::len).collect();
    for (index, needed) in needs.iter().enumerate() {
        for need in needed {
            if let Some(list) = waiting.get_mut(*need) {
                list.push(index);
            }
        }
    }
    for next in 0..needs.len() {
        if missing.get(next) != Some(&0) {
            continue;
        }
        let mut ready = vec![next];
        while let Some(index) = ready.pop() {
            if std::mem::replace(done.get_mut(index).unwrap_or(&mut true), true) {
                continue;
            }
            units.push(vec![index]);
            // Backwards, so that of several that waited the one sent first is taken up first.
            for waiter in waiting.get(index).into_iter().flatten().rev() {
                if let Some(missing) = missing.get_mut(*waiter) {
                    *missing -= 1;
                    // What comes later has its turn later.
                    if *missing == 0 && *waiter < next {
                        ready.push(*waiter);
                    }
                }
            }
        }
    }
    circles(needs, &waiting, &mut done, &mut units);
    units
}

/// The rest: what is in a circle, and what waits for one. Whoever is reached both ways, by what needs
/// them and by what they need, is in one circle (Kosaraju and Sharir).
fn circles(
    needs: &[Vec<usize>],
    waiting: &[Vec<usize>],
    done: &mut [bool],
    units: &mut Vec<Vec<usize>>,
) {
    let mut seen = done.to_vec();
    let mut left = Vec::new();
    for start in (0..needs.len()).rev() {
        depth_first(waiting, start, &mut seen, &mut left);
    }
    for start in left.into_iter().rev() {
        let mut unit = Vec::new();
        depth_first(needs, start, done, &mut unit);
        unit.sort_unstable();
        if !unit.is_empty() {
            units.push(unit);
        }
    }
}

/// What can be reached, each behind all that is reached from it: with a stack of our own, because a
/// chain may be as long as the request.
fn depth_first(edges: &[Vec<usize>], start: usize, seen: &mut [bool], reached: &mut Vec<usize>) {
    let mut stack = vec![(start, 0)];
    while let Some((index, step)) = stack.pop() {
        if step == 0 && std::mem::replace(seen.get_mut(index).unwrap_or(&mut true), true) {
            continue;
        }
        match edges.get(index).and_then(|edges| edges.get(step)) {
            Some(next) => {
                stack.push((index, step + 1));
                stack.push((*next, 0));
            }
            None => reached.push(index),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(needs: &[&[usize]], expected: &[&[usize]]) {
        let needs: Vec<Vec<usize>> = needs.iter().map(|needs| needs.to_vec()).collect();
        assert_eq!(units(&needs), expected);
    }

    #[test]
    fn without_references_the_order_is_that_of_the_request() {
        check(&[&[], &[], &[]], &[&[0], &[1], &[2]]);
        check(&[&[], &[0], &[1, 0]], &[&[0], &[1], &[2]]);
        check(&[], &[]);
    }

    #[test]
    fn who_refers_to_a_later_one_waits_for_it_and_no_longer() {
        check(&[&[2], &[], &[1]], &[&[1], &[2], &[0]]);
        check(&[&[2], &[2], &[], &[]], &[&[2], &[0], &[1], &[3]]);
        check(&[&[1], &[2], &[], &[]], &[&[2], &[1], &[0], &[3]]);
    }

    #[test]
    fn a_circle_is_one_unit_and_what_waits_for_it_is_not() {
        check(&[&[1], &[0], &[2], &[]], &[&[3], &[0, 1], &[2]]);
        check(&[&[1], &[2], &[1]], &[&[1, 2], &[0]]);
        check(
            &[&[3], &[2, 3], &[1], &[4], &[3, 5], &[]],
            &[&[5], &[3, 4], &[1, 2], &[0]],
        );
    }

    #[test]
    fn a_long_chain_is_no_deep_recursion() {
        let mut chain: Vec<Vec<usize>> = (1..=100_000).map(|next| vec![next]).collect();
        chain.push(Vec::new());
        assert_eq!(units(&chain).len(), 100_001);
        chain.pop();
        chain.push(vec![0]);
        assert_eq!(units(&chain).len(), 1);
    }
}
