//! Staff: every operation, by every role, at the person's clinic and elsewhere (S1).

use patientportal_core::portal::Role;
use patientportal_testkit::staff_table::{Case, carry_out, cases, subject};
use patientportal_testkit::world::{APPROVAL, NEIGHBOUR, refusal};

use super::scene::{Line, Outcome, Scene, said};

/// Every case of the test kit's table.
pub(super) async fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for case in cases() {
        lines.push(line(case).await);
    }
    lines
}

async fn line(case: Case) -> Line {
    let scene = Scene::new();
    let world = &scene.world;
    let subject = subject(world, case.operation).await;
    scene.settle().await;
    let clinic = if case.at_own_clinic { APPROVAL } else { NEIGHBOUR };
    let (staff, actor) = match (case.role, case.at_own_clinic) {
        (Role::Secretary, true) => (world.staff(clinic), "secretary"),
        (Role::Secretary, false) => (world.staff(clinic), "secretary elsewhere"),
        (Role::Administrator, true) => (world.administrator(clinic), "administrator"),
        (Role::Administrator, false) => (world.administrator(clinic), "administrator elsewhere"),
    };
    let before = scene.written().await;
    let done = refusal(carry_out(&world.portal, &staff, case.operation, &subject).await);
    let answer = said(done, "done");
    let outcome = Outcome::of(&scene, before, answer, None).await;
    scene.settle().await;
    Line { state: "a person of the clinic".to_owned(), command: case.operation.code(), actor, outcome }
}
