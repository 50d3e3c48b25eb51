//! A mailer that keeps what it is given, and can be told to fail.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use patientportal_core::ports::{MailFailure, Mailer, Message};

/// Keeps every mail until a test reads it.
#[derive(Debug, Default)]
pub struct RecordingMailer {
    unread: Mutex<VecDeque<Message>>,
    failures: Mutex<VecDeque<MailFailure>>,
}

impl RecordingMailer {
    /// Takes the oldest unread mail.
    pub fn read(&self) -> Option<Message> {
        lock(&self.unread).pop_front()
    }

    /// How many mails nobody has read.
    #[must_use]
    pub fn unread(&self) -> usize {
        lock(&self.unread).len()
    }

    /// The next mail that is sent fails like this.
    pub fn fail_next(&self, failure: MailFailure) {
        lock(&self.failures).push_back(failure);
    }
}

#[async_trait]
impl Mailer for RecordingMailer {
    async fn send(&self, message: &Message) -> Result<(), MailFailure> {
        if let Some(failure) = lock(&self.failures).pop_front() {
            return Err(failure);
        }
        lock(&self.unread).push_back(message.clone());
        Ok(())
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
