//! What an earlier answer of the register of custody is worth today: R3, R6, I6.

use std::sync::Arc;

use patientportal_core::account::Custody;
use patientportal_core::portal::{ChildOutcome, MitIdOutcome};
use patientportal_core::refusal::Refusal;
use patientportal_testkit::memory::{Call, MemoryStore};
use patientportal_testkit::person::Person;
use patientportal_testkit::world::{APPROVAL, AUTOMATIC, NEIGHBOUR, World, refusal};

use crate::known_children::{known, known_in, offered};

#[tokio::test]
async fn r6_who_was_told_not_holder_has_no_say_when_the_register_is_down() {
    let world = known(Custody::Unknown).await;
    let mut parent = world.browser(AUTOMATIC);
    offered(&mut parent, &Person::MAX).await;
    world.custody_is(&Person::CHILD, &Person::MAX, Custody::NotHolder);
    let refused = parent.register_child(&Person::CHILD, &Person::MAX).await;
    assert_eq!(refused, Err(Refusal::NotHolder));
    world.custody.set_down(true);
    let answer = parent.register_child(&Person::CHILD, &Person::MAX).await;
    assert_eq!(answer, Ok(MitIdOutcome::Child(ChildOutcome::Requested)), "as a stranger's");
    world.mail("Brugeren findes allerede").await;
}

#[tokio::test]
async fn r6_beside_a_holder_of_custody_a_guardian_whom_nobody_can_tell_of_has_no_say() {
    let world = known(Custody::Unknown).await;
    world.custody_is(&Person::CHILD, &Person::KIRSTEN, Custody::Holder);
    let mut holder = world.browser(APPROVAL);
    let flow = offered(&mut holder, &Person::KIRSTEN).await;
    refusal(world.portal.join_child(&holder.visitor, flow).await).expect("asked");
    world.mail("Din anmodning er sendt").await;
    let answer = world.browser(AUTOMATIC).register_child(&Person::CHILD, &Person::MAX).await;
    assert_eq!(answer, Ok(MitIdOutcome::Child(ChildOutcome::Requested)), "as a stranger's");
    world.mail("Brugeren findes allerede").await;
    world.custody.set_down(true);
    offered(&mut holder, &Person::KIRSTEN).await;
}

#[tokio::test]
async fn r3_an_earlier_holder_answer_is_none_today() {
    let world = known(Custody::Holder).await;
    world.custody.set_down(true);
    let mut parent = world.browser(NEIGHBOUR);
    let flow = offered(&mut parent, &Person::MAX).await;
    let joined = refusal(world.portal.join_child(&parent.visitor, flow).await);
    assert_eq!(joined, Ok(ChildOutcome::JoinRequested));
    world.mail("Din anmodning er sendt").await;
}

#[tokio::test]
async fn r6_i6_who_does_not_hold_custody_is_refused_with_the_same_work_known_or_not() {
    let mut traces = Vec::new();
    for guardian_is_known in [true, false] {
        let store = Arc::new(MemoryStore::new());
        let world = World::with(store.clone(), |_| {});
        let world = if guardian_is_known { known_in(world, Custody::Unknown).await } else { world };
        world.custody_is(&Person::CHILD, &Person::MAX, Custody::NotHolder);
        let mut parent = world.browser(AUTOMATIC);
        store.forget_calls();
        assert_eq!(parent.register_child(&Person::CHILD, &Person::MAX).await, Err(Refusal::NotHolder));
        let calls = store.calls().into_iter().map(|call| match call {
            Call::Commit { audit, .. } => format!("commit, {audit} audited"),
            other => format!("{other:?}"),
        });
        traces.push(calls.collect::<Vec<_>>());
    }
    assert_eq!(traces[0], traces[1]);
}
