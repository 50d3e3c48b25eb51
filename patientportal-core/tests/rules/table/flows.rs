//! Flows: what waits, against everything that can be done to it, by whom and when.

use patientportal_core::store::FlowKind;
use patientportal_testkit::world::{AUTOMATIC, Browser};

use crate::{MINUTE, SECOND};

use super::commands::{Command, Needs, give};
use super::samples::{Sample, Situation};
use super::scene::{Line, Outcome};

/// Who gives a command to a flow, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Actor {
    /// The browser that the flow belongs to.
    Own,
    /// The same, when a minute has passed.
    AMinuteLater,
    /// The same, when the flow's time is over.
    TooLate,
    /// A browser that has seen its id, or opens its link; logged in, where the flow is somebody's who is.
    Another,
}

impl Actor {
    /// Who may come to a flow of this kind: a minute makes a difference where codes are mailed.
    fn of(kind: FlowKind) -> &'static [Self] {
        match kind {
            FlowKind::LoginAwaitingCode | FlowKind::EmailAwaitingCode | FlowKind::RenewalAwaitingCode => {
                &[Self::Own, Self::AMinuteLater, Self::TooLate, Self::Another]
            }
            _ => &[Self::Own, Self::TooLate, Self::Another],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Own => "its browser",
            Self::AMinuteLater => "a minute later",
            Self::TooLate => "too late",
            Self::Another => "another browser",
        }
    }
}

/// A flow in a situation, under the eyes of somebody who is about to do something.
struct Stage {
    sample: Sample,
}

/// Every flow in every situation, against every command, by everybody.
pub(super) async fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for kind in FlowKind::ALL {
        for situation in Situation::of(kind) {
            lines.extend(of_situation(kind, *situation).await);
        }
    }
    lines
}

/// What a state is called where a situation is told.
pub(super) fn state_name(kind: FlowKind, situation: Situation) -> String {
    match situation.words() {
        "" => format!("{kind:?}"),
        words => format!("{kind:?}, {words}"),
    }
}

/// A command that writes nothing leaves the stage as it was: the next one needs no new one.
async fn of_situation(kind: FlowKind, situation: Situation) -> Vec<Line> {
    let mut lines = Vec::new();
    for actor in Actor::of(kind) {
        let mut stage = None;
        for command in Command::ALL {
            let set = match stage.take() {
                Some(stage) => stage,
                None => Stage::set(kind, situation, *actor).await,
            };
            if set.offers(command) {
                let outcome = set.play(kind, command).await;
                let wrote = outcome.wrote;
                let (state, command, actor) = (state_name(kind, situation), command.name(), actor.name());
                lines.push(Line { state, command, actor, outcome });
                if wrote {
                    continue;
                }
            }
            stage = Some(set);
        }
    }
    let place = |line: &Line| Command::ALL.iter().position(|command| command.name() == line.command);
    lines.sort_by_key(place);
    lines
}

impl Stage {
    async fn set(kind: FlowKind, situation: Situation, actor: Actor) -> Self {
        let mut sample = situation.sample(kind).await;
        let world = &sample.scene.world;
        match actor {
            Actor::Own => {}
            Actor::AMinuteLater => world.wait(MINUTE + SECOND),
            Actor::TooLate => world.wait(situation.life(world)),
            Actor::Another => {
                let mut browser = world.browser(AUTOMATIC);
                if sample.own.session.is_some() {
                    browser.log_in_with_mitid(&sample.awaited).await.expect("the owner's MitID");
                }
                sample.own = browser.visitor.clone();
            }
        }
        sample.scene.settle().await;
        Self { sample }
    }

    /// Whether somebody in this situation has what the command needs.
    fn offers(&self, command: Command) -> bool {
        match command.needs() {
            Needs::Journey => self.sample.departure.is_some(),
            Needs::Flow => true,
            Needs::Session => self.sample.own.session.is_some() && self.sample.departure.is_none(),
        }
    }

    async fn play(&self, kind: FlowKind, command: Command) -> Outcome {
        let Sample { scene, flow, own, to, .. } = &self.sample;
        let mut browser: Browser<'_> = scene.world.browser(AUTOMATIC);
        (browser.visitor, browser.to) = (own.clone(), *to);
        let before = scene.written().await;
        let answer = give(command, &self.sample, &mut browser).await;
        scene.settle().await;
        let after = scene.kind_of(*flow).await;
        let becomes = (after != Some(kind)).then(|| after.map_or("gone".to_owned(), |after| format!("{after:?}")));
        Outcome::of(scene, before, answer, becomes).await
    }
}
