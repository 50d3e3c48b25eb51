//! What one patient was told: it must be true for ever, whatever is killed.

use crate::journey::{is_logged_in, reference};
use crate::mailbox::{CHANGED_SUBJECT, CODE_SUBJECT, CREATED_SUBJECT, Mailbox, has_letters};
use crate::waiting::{LIMIT, until_there};
use crate::{Page, Patient, Visitor};

/// One patient, and what the portal has told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Told {
    /// The patient, with the password that was last said to hold.
    pub patient: Patient,
    /// Whether there is an account.
    pub has_account: bool,
    /// A browser for each session that was opened and not ended.
    pub sessions: Vec<Visitor>,
    /// The two letters of each code that was said to be on its way.
    pub codes: Vec<String>,
    /// How often the password was said to be changed.
    pub changes: usize,
}

impl Told {
    /// A patient whom nobody knows yet.
    #[must_use]
    pub fn nothing(patient: Patient) -> Self {
        Self { patient, has_account: false, sessions: Vec::new(), codes: Vec::new(), changes: 0 }
    }

    /// A browser shows that a session was opened in it.
    ///
    /// # Panics
    /// When it does not.
    pub fn logged_in(&mut self, page: &Page, browser: &Visitor) {
        assert!(is_logged_in(page, &self.patient), "{} ({}): {}", page.url, page.status, page.words());
        self.has_account = true;
        self.sessions.push(browser.clone());
    }

    /// A code page is shown, maybe the one shown last.
    ///
    /// # Panics
    /// When it is none.
    pub fn code_promised(&mut self, page: &Page) {
        let letters = reference(page);
        if letters.as_ref() != self.codes.last() {
            self.codes.extend(letters);
        }
    }

    /// The portal has said that this is the password now, and that all sessions are ended.
    pub fn password_changed(&mut self, password: &str) {
        password.clone_into(&mut self.patient.password);
        self.changes += 1;
        self.sessions.clear();
    }

    /// Whether all sessions are still open.
    ///
    /// # Panics
    /// When one is not, or there is no answer.
    pub async fn check_sessions(&mut self) {
        for session in &mut self.sessions {
            let page = session.start().await.expect("an answer");
            let email = &self.patient.email;
            assert!(is_logged_in(&page, &self.patient), "a session of {email} is lost: {} {}", page.url, page.words());
        }
    }

    /// Whether the account, if any, still opens with its password and a code, at a browser that was nowhere.
    ///
    /// # Panics
    /// When it does not, or there is no answer.
    pub async fn check_account(&mut self, mut browser: Visitor) {
        let (cpr, password) = (self.patient.cpr, self.patient.password.clone());
        if self.has_account {
            let page = browser.log_in_with_code(&self.patient).await.expect("an answer");
            let email = &self.patient.email;
            assert!(is_logged_in(&page, &self.patient), "the account of {email} is lost: {}", page.words());
        } else {
            // Nobody was told, so either is right; which of them is asked before the next round.
            self.has_account = browser.submit_password(cpr, &password).await.expect("an answer").status.is_success();
        }
    }

    /// Waits until each mail that was promised has come.
    ///
    /// # Panics
    /// When one does not come, or a new account is announced twice.
    pub async fn check_mails(&self, mailbox: &Mailbox) {
        let email = &self.patient.email;
        for letters in &self.codes {
            let promised = self.codes.iter().filter(|other| *other == letters).count();
            let come = || {
                let codes = mailbox.of(email, CODE_SUBJECT);
                (codes.iter().filter(|mail| has_letters(mail, letters)).count() >= promised).then_some(())
            };
            until_there(LIMIT * 3, &format!("{promised} codes {letters} to {email}"), come).await;
        }
        let come = || (mailbox.of(email, CHANGED_SUBJECT).len() >= self.changes).then_some(());
        until_there(LIMIT * 3, &format!("{} mails of new passwords to {email}", self.changes), come).await;
        if self.has_account {
            let come = || mailbox.of(email, CREATED_SUBJECT).first().map(|_| ());
            until_there(LIMIT * 3, &format!("the mail of the new account to {email}"), come).await;
            let mails = mailbox.of(email, CREATED_SUBJECT);
            assert_eq!(mails.len(), 1, "one account is announced once, by its Message-ID: {mails:?}");
        }
    }
}
