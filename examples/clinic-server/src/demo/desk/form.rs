//! What the desk's forms post.

use patientportal_core::account::{MembershipCommand, RefusalReason, Rights};
use patientportal_core::clinic::Clinic;
use patientportal_core::ids::AccountId;

/// A posted form.
pub(super) struct Posted(Vec<(String, String)>);

impl Posted {
    pub(super) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Whose membership it is about.
    pub(super) fn account(&self) -> Option<AccountId> {
        self.first(ACCOUNT)?.parse().ok().map(AccountId)
    }

    /// What the clinic wrote.
    pub(super) fn words(&self) -> &str {
        self.first(WORDS).unwrap_or_default()
    }

    /// What was decided.
    pub(super) fn command(&self, clinic: &Clinic) -> Option<MembershipCommand> {
        Some(match self.first(DEED)? {
            "approve" => MembershipCommand::Approve(self.rights(clinic)),
            "refuse" => MembershipCommand::Refuse(reason_of(self.first(REASON)?)?),
            "suspend" => MembershipCommand::Suspend,
            "reopen" => MembershipCommand::Reopen,
            "set-rights" => MembershipCommand::SetRights(self.rights(clinic)),
            "end" => MembershipCommand::End,
            _ => return None,
        })
    }

    /// The functions ticked: the others are taken away.
    pub(super) fn rights(&self, clinic: &Clinic) -> Rights {
        let kinds = clinic.functions.iter().map(|function| function.kind);
        let unticked = kinds.filter(|kind| !self.0.iter().any(|(name, value)| name == RIGHT && value == kind.code()));
        unticked.fold(Rights::default(), Rights::without)
    }

    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A reason's word in the form.
pub(super) fn reason_word(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::NotAPatient => "not-a-patient",
        RefusalReason::DetailsDoNotFit => "details-do-not-fit",
        RefusalReason::CustodyNotConfirmed => "custody-not-confirmed",
        RefusalReason::ContactClinic => "contact-clinic",
    }
}

fn reason_of(word: &str) -> Option<RefusalReason> {
    RefusalReason::ALL.into_iter().find(|reason| reason_word(*reason) == word)
}

pub(super) const ACCOUNT: &str = "account";
pub(super) const DEED: &str = "deed";
pub(super) const REASON: &str = "reason";
pub(super) const RIGHT: &str = "right";
pub(super) const WORDS: &str = "words";

#[cfg(test)]
mod tests {
    use super::*;
    use patientportal_core::clinic::{Function, FunctionKind, MitIdDemand};

    fn clinic() -> Clinic {
        let mut clinic = Clinic::new("a", "A", "1");
        clinic.functions = FunctionKind::ALL
            .map(|kind| Function { kind, title: String::new(), target: None, mitid: MitIdDemand::None })
            .to_vec();
        clinic
    }

    #[test]
    fn s1_functions_that_are_not_ticked_are_taken_away() {
        let posted = Posted::parse(b"account=7&deed=approve&right=booking&right=prescription-renewal");
        assert_eq!(posted.account(), Some(AccountId(7)));
        let without = Rights::default().without(FunctionKind::EConsultation);
        assert_eq!(posted.command(&clinic()), Some(MembershipCommand::Approve(without)));
    }

    #[test]
    fn r4_a_refusal_has_one_of_the_fixed_reasons_and_perhaps_words() {
        for reason in RefusalReason::ALL {
            let body = format!("deed=refuse&reason={}&words=K%C3%A6re+dig", reason_word(reason));
            let posted = Posted::parse(body.as_bytes());
            assert_eq!(posted.command(&clinic()), Some(MembershipCommand::Refuse(reason)));
            assert_eq!(posted.words(), "Kære dig");
        }
        for wrong in ["deed=refuse", "deed=refuse&reason=no", "deed=lapse", ""] {
            assert_eq!(Posted::parse(wrong.as_bytes()).command(&clinic()), None, "{wrong}");
        }
    }
}
