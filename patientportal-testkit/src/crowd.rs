//! Sixty-four callers at the same moment.
#![expect(clippy::expect_used, clippy::panic, reason = "a test kit fails by panicking")]

use std::sync::Arc;

use patientportal_core::refusal::{Failure, Refusal};
use tokio::sync::Barrier;

/// How many callers a crowd has.
pub const CALLERS: usize = 64;

/// Lets all callers, numbered from nought, begin at the same moment; answers what each was told, in their order.
///
/// # Panics
/// When a caller does.
pub async fn at_once<T, F>(call: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(CALLERS));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (start, call) = (Arc::clone(&start), call(caller));
            tokio::spawn(async move {
                start.wait().await;
                call.await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for caller in callers {
        answers.push(caller.await.expect("no caller panics"));
    }
    answers
}

/// The same of what a portal is asked: what those got who succeeded, and what the others were told.
///
/// # Panics
/// When a caller does, or meets a fault.
pub async fn all_at_once<T, F>(call: impl Fn(usize) -> F) -> (Vec<T>, Vec<Refusal>)
where
    T: Send + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let (mut succeeded, mut refusals) = (Vec::new(), Vec::new());
    for answer in at_once(call).await {
        match answer {
            Ok(answer) => succeeded.push(answer),
            Err(Failure::Refused(refusal)) => refusals.push(refusal),
            Err(Failure::Failed(fault)) => panic!("a fault: {}", fault.chain()),
        }
    }
    (succeeded, refusals)
}
