//! What a refusal looks like on a page. Its text is the core's; here it gets a heading and, on a page of its own, the
//! clinic's telephone.

use patientportal_core::language::Language;
use patientportal_core::policy::Denial;
use patientportal_core::refusal::Refusal;

use super::{Frame, MessagePage, Notice, Tone};
use crate::texts::ErrorTexts;

/// A refusal as a notice above a page that offers the next steps.
#[must_use]
pub fn refusal_notice(refusal: &Refusal, language: Language) -> Notice {
    Notice {
        tone: Tone::Notice,
        title: title(refusal, ErrorTexts::of(language)).to_owned(),
        text: refusal.text(language),
    }
}

/// A refusal as a page of its own.
#[must_use]
pub fn refusal_page(frame: Frame, refusal: &Refusal) -> MessagePage {
    let Notice { tone, title, text } = refusal_notice(refusal, frame.language);
    MessagePage::new(frame, tone, title).say(text).with_phone()
}

fn title(refusal: &Refusal, texts: &ErrorTexts) -> &'static str {
    match refusal {
        Refusal::TooManyFailures { .. }
        | Refusal::AddressSlowed { .. }
        | Refusal::Busy { .. }
        | Refusal::CodesWait { .. }
        | Refusal::NextCodeLater { .. }
        | Refusal::ResetsWait { .. } => texts.wait_title,
        Refusal::CodeExpired | Refusal::FlowOver | Refusal::FlowFinished => texts.over_title,
        Refusal::NoOpenFlow => texts.no_flow_title,
        Refusal::OtherBrowser => texts.other_browser_title,
        Refusal::LinkDead => texts.dead_link_title,
        Refusal::LinkExpired => texts.expired_link_title,
        Refusal::LinkLocked => texts.locked_link_title,
        Refusal::OtherOwner => texts.other_owner_title,
        Refusal::MitIdAborted => texts.aborted_title,
        Refusal::NoCpr => texts.no_cpr_title,
        Refusal::OtherPerson => texts.other_person_title,
        Refusal::FormerNumber => texts.former_number_title,
        Refusal::ClosedByClinic => texts.closed_by_clinic_title,
        Refusal::NotPrivate => texts.not_private_title,
        Refusal::AssuranceTooLow => texts.too_low_title,
        Refusal::NotFresh => texts.not_fresh_title,
        Refusal::MitIdAnswerRefused => texts.mitid_refused_title,
        Refusal::MitIdUnavailable => texts.mitid_down_title,
        Refusal::TooYoungForMitId => texts.too_young_title,
        Refusal::TooYoungForSelf => texts.child_form_title,
        Refusal::NotAChild => texts.not_a_child_title,
        Refusal::GuardianTooYoung => texts.guardian_young_title,
        Refusal::OtherGuardian => texts.other_guardian_title,
        Refusal::NotHolder => texts.not_holder_title,
        Refusal::ReplacementNumber | Refusal::RegistrationClosed | Refusal::NoAccountContactClinic => {
            texts.closed_title
        }
        Refusal::Denied(denial) => denial_title(*denial, texts),
        _ => texts.refused_title,
    }
}

pub(super) fn denial_title(denial: Denial, texts: &ErrorTexts) -> &'static str {
    match denial {
        Denial::NotLoggedIn => texts.not_logged_in_title,
        Denial::StepOutstanding(_) => texts.step_title,
        Denial::NotAMember => texts.not_a_member_title,
        Denial::AwaitingApproval => texts.awaiting_title,
        Denial::Suspended => texts.suspended_title,
        Denial::RightRemoved => texts.right_removed_title,
        Denial::FunctionClosed => texts.function_closed_title,
        Denial::AssuranceNeeded => texts.needs_mitid_title,
        _ => texts.refused_title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i10_every_refusal_has_a_heading_and_says_more_than_it() {
        for refusal in Refusal::all() {
            for language in [Language::Danish, Language::English] {
                let notice = refusal_notice(&refusal, language);
                assert!(!notice.title.is_empty() && notice.text.len() > notice.title.len(), "{}", refusal.code());
            }
        }
    }
}
