//! The addresses of who is logged in: the steps before the functions, the start page, and the end of a session.

use super::{Links, words};

impl Links {
    /// The step that joins a clinic.
    #[must_use]
    pub fn join(&self, clinic: &str) -> String {
        self.at(&[clinic, words::JOIN])
    }

    /// Where a request to the clinic is taken back (POST).
    #[must_use]
    pub fn withdraw(&self, clinic: &str) -> String {
        self.at(&[clinic, words::WITHDRAW])
    }

    /// The step that accepts new terms.
    #[must_use]
    pub fn accept_terms(&self, clinic: &str) -> String {
        self.at(&[clinic, words::TERMS])
    }

    /// The start page of somebody who is logged in.
    #[must_use]
    pub fn start(&self, clinic: &str) -> String {
        self.at(&[clinic, words::START])
    }

    /// Where one logs out (POST).
    #[must_use]
    pub fn log_out(&self) -> String {
        self.at(&[words::LOG_OUT])
    }

    /// The page after logging out.
    #[must_use]
    pub fn logged_out(&self) -> String {
        self.at(&[words::LOGGED_OUT])
    }

    /// Where one says that one is still there (POST).
    #[must_use]
    pub fn stay(&self) -> String {
        self.at(&[words::STAY])
    }

    /// The page after a session has ended: a clinic's, or the general one.
    #[must_use]
    pub fn session_over(&self, clinic: Option<&str>) -> String {
        match clinic {
            Some(clinic) => self.at(&[clinic, words::SESSION_OVER]),
            None => self.at(&[words::SESSION_OVER]),
        }
    }

    /// Where a form is given back that came when its session was over.
    #[must_use]
    pub fn late_form(&self, clinic: &str) -> String {
        self.at(&[clinic, words::LATE_FORM])
    }
}
