//! What the threads of this room wait with: times, and the first of two things.

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use zruntime::SharedRuntime;

/// Until then; `None`: for ever.
pub async fn due(at: Option<Instant>) {
    match (at, SharedRuntime::current()) {
        (Some(at), Ok(runtime)) => runtime.sleep_until(at).await,
        _ => pending().await,
    }
}

/// `None`: it took longer.
pub async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    let runtime = SharedRuntime::current().ok()?;
    runtime.timeout(time, work).await.ok()
}

/// Until one of them is done; the other is dropped.
pub async fn either(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| {
        let is_done = one.as_mut().poll(context).is_ready();
        match is_done || other.as_mut().poll(context).is_ready() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
}
