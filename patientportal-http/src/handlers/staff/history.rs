//! Mails to a person, and what happened: to them, or at the clinic (S1, S3).

use patientportal_core::audit::Actor;
use patientportal_core::ids::AccountId;
use patientportal_core::moment::Timestamp;
use patientportal_core::portal::{MailState, SentMail, TrailEntry, TrailPage};

use super::desk::Desk;
use crate::links::{read_cursor, with_cursor, words};
use crate::pages::{MailRow, PersonsMailsPage, StaffMenu, TrailRow, TrailTablePage};
use crate::reply::{Handled, Reply};
use crate::texts::{StaffHistoryTexts, event_text, fill, mail_text};

pub(super) async fn show_mails(desk: &Desk<'_>, account: AccountId) -> Handled {
    let after = desk.visit.query.find(words::AFTER).and_then(read_cursor);
    let found = desk.portal().member_mails(desk.staff(), account, after).await?;
    let here = desk.links().persons_mails(desk.slug(), account);
    Ok(Reply::page(&PersonsMailsPage {
        frame: desk.frame(),
        bar: desk.bar(StaffMenu::Elsewhere),
        mails: found.mails.iter().map(|mail| mail_row(desk, mail)).collect(),
        next: found.next.map(|next| with_cursor(&here, next)),
        back: desk.links().person(desk.slug(), account),
    }))
}

pub(super) async fn show_persons(desk: &Desk<'_>, account: AccountId) -> Handled {
    let after = desk.visit.query.find(words::AFTER).and_then(read_cursor);
    let found = desk.portal().member_trail(desk.staff(), account, after).await?;
    let here = desk.links().persons_trail(desk.slug(), account);
    let title = StaffHistoryTexts::of(desk.visit.language()).persons_trail_title;
    Ok(Reply::page(&TrailTablePage {
        frame: desk.frame(),
        bar: desk.bar(StaffMenu::Elsewhere),
        title,
        of_clinic: false,
        next: found.next.map(|next| with_cursor(&here, next)),
        rows: rows(desk, &found),
        back: Some(desk.links().person(desk.slug(), account)),
    }))
}

pub(super) async fn show_clinics(desk: &Desk<'_>) -> Handled {
    let after = desk.visit.query.find(words::AFTER).and_then(read_cursor);
    let found = desk.portal().clinic_trail(desk.staff(), after).await?;
    let here = desk.links().clinic_trail(desk.slug());
    Ok(Reply::page(&TrailTablePage {
        frame: desk.frame(),
        bar: desk.bar(StaffMenu::Trail),
        title: StaffHistoryTexts::of(desk.visit.language()).trail_title,
        of_clinic: true,
        next: found.next.map(|next| with_cursor(&here, next)),
        rows: rows(desk, &found),
        back: None,
    }))
}

fn rows(desk: &Desk<'_>, page: &TrailPage) -> Vec<TrailRow> {
    let row = |entry: &TrailEntry| TrailRow {
        when: when(desk, entry.at),
        what: event_text(entry.record.event, desk.visit.language()),
        who: who(desk, entry),
        person: entry.account.map(|account| desk.links().person(desk.slug(), account)),
    };
    page.entries.iter().map(row).collect()
}

fn who(desk: &Desk<'_>, entry: &TrailEntry) -> String {
    let texts = StaffHistoryTexts::of(desk.visit.language());
    match (entry.record.actor, &entry.record.staff) {
        (Actor::Staff, Some(staff)) => fill(texts.by_staff, "id", &staff.0),
        (Actor::Staff, None) => texts.by_staff_unnamed.to_owned(),
        (Actor::Visitor, _) => texts.by_visitor.to_owned(),
        (Actor::Patient, _) => texts.by_patient.to_owned(),
        (Actor::Portal, _) => texts.by_portal.to_owned(),
        (Actor::Guardian, _) => texts.by_guardian.to_owned(),
    }
}

fn mail_row(desk: &Desk<'_>, mail: &SentMail) -> MailRow {
    let (texts, language) = (StaffHistoryTexts::of(desk.visit.language()), desk.visit.language());
    let again = mail.at.copenhagen_clock();
    let (state, mark) = match mail.state {
        MailState::Waiting { attempts: 0 } => (fill(texts.waiting, "time", &again), "plain"),
        MailState::Waiting { attempts } => {
            (fill(&fill(texts.waiting_tried, "count", &attempts.to_string()), "time", &again), "notice")
        }
        MailState::Delivered => (texts.delivered.to_owned(), "good"),
        _ => (texts.given_up.to_owned(), "bad"),
    };
    MailRow { topic: mail_text(mail.topic, language), state, mark, when: when(desk, mail.at) }
}

fn when(desk: &Desk<'_>, at: Timestamp) -> String {
    format!("{}, {}", at.copenhagen_day(desk.visit.language()), at.copenhagen_clock())
}
