//! Two queues in one: logins go first, but a low job that waits gets every fourth turn.

use std::collections::VecDeque;

use patientportal_core::ports::Lane;

/// Jobs that wait, each in its lane.
pub(crate) struct Lanes<T> {
    login: VecDeque<T>,
    low: VecDeque<T>,
    /// Logins taken in a row past a waiting low job.
    passed: usize,
}

impl<T> Lanes<T> {
    pub(crate) fn new() -> Self {
        Self { login: VecDeque::new(), low: VecDeque::new(), passed: 0 }
    }

    pub(crate) fn push(&mut self, lane: Lane, job: T) {
        match lane {
            Lane::Login => self.login.push_back(job),
            Lane::Low => self.low.push_back(job),
        }
    }

    /// The job whose turn it is.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let turn_of_low = self.login.is_empty() || self.passed >= LOGINS_BEFORE_A_LOW;
        if let Some(job) = turn_of_low.then(|| self.low.pop_front()).flatten() {
            self.passed = 0;
            return Some(job);
        }
        self.passed = if self.low.is_empty() { 0 } else { self.passed + 1 };
        self.login.pop_front()
    }

    /// How many of the jobs that wait now have their turn before one that would join `lane`.
    pub(crate) fn ahead(&self, lane: Lane) -> usize {
        match lane {
            Lane::Login => {
                let turns_of_low = (self.passed + self.login.len()) / LOGINS_BEFORE_A_LOW;
                self.login.len() + turns_of_low.min(self.low.len())
            }
            Lane::Low => {
                let logins = LOGINS_BEFORE_A_LOW * (self.low.len() + 1);
                self.low.len() + logins.saturating_sub(self.passed).min(self.login.len())
            }
        }
    }

    /// Drops the jobs that `keep` does not name.
    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.login.retain(&keep);
        self.low.retain(&keep);
    }
}

const LOGINS_BEFORE_A_LOW: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(logins: usize, lows: usize) -> Lanes<String> {
        let mut lanes = Lanes::new();
        for number in 0..logins {
            lanes.push(Lane::Login, format!("A{number}"));
        }
        for number in 0..lows {
            lanes.push(Lane::Low, format!("z{number}"));
        }
        lanes
    }

    fn order(mut lanes: Lanes<String>) -> String {
        std::iter::from_fn(|| lanes.pop()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn logins_go_first_and_every_fourth_job_is_low() {
        assert_eq!(order(lanes(7, 4)), "A0 A1 A2 z0 A3 A4 A5 z1 A6 z2 z3");
    }

    #[test]
    fn one_lane_alone_is_served_in_order() {
        assert_eq!(order(lanes(5, 0)), "A0 A1 A2 A3 A4");
        assert_eq!(order(lanes(0, 3)), "z0 z1 z2");
    }

    #[test]
    fn logins_taken_while_no_low_job_waited_do_not_count() {
        let mut lanes = lanes(6, 0);
        for _ in 0..3 {
            lanes.pop();
        }
        lanes.push(Lane::Low, "z0".into());
        assert_eq!(order(lanes), "A3 A4 A5 z0");
    }

    #[test]
    fn ahead_tells_exactly_how_many_go_first() {
        for (logins, lows, taken) in (0..9).flat_map(|a| (0..9).flat_map(move |b| (0..6).map(move |c| (a, b, c)))) {
            for lane in [Lane::Login, Lane::Low] {
                let mut lanes = lanes(logins, lows);
                for _ in 0..taken {
                    lanes.pop();
                }
                let foretold = lanes.ahead(lane);
                lanes.push(lane, "new".into());
                let order = order(lanes);
                let position = order.split(' ').position(|job| job == "new");
                assert_eq!(position, Some(foretold), "{lane:?} after {taken} of {logins} and {lows}: {order}");
            }
        }
    }

    #[test]
    fn a_flood_in_the_low_lane_is_hardly_felt_by_logins() {
        assert_eq!(lanes(3, 1000).ahead(Lane::Login), 4);
        assert_eq!(lanes(3, 1000).ahead(Lane::Low), 1003);
    }

    #[test]
    fn retain_drops_from_both_lanes() {
        let mut lanes = lanes(3, 3);
        lanes.retain(|job| !job.ends_with('1'));
        assert_eq!(order(lanes), "A0 A2 z0 z2");
    }
}
