//! The ids of what the policy question answers (P1).

use crate::policy::{Denial, OutstandingStep};

impl Denial {
    /// One of each.
    pub const ALL: [Self; 14] = {
        [
            Self::NotLoggedIn,
            Self::StepOutstanding(OutstandingStep::ConfirmIdentity),
            Self::StepOutstanding(OutstandingStep::Renew),
            Self::StepOutstanding(OutstandingStep::ChoosePassword),
            Self::StepOutstanding(OutstandingStep::AcceptTerms),
            Self::StepOutstanding(OutstandingStep::Join),
            Self::StepOutstanding(OutstandingStep::ConfirmContact),
            Self::NotAMember,
            Self::AwaitingApproval,
            Self::Suspended,
            Self::RightRemoved,
            Self::FunctionClosed,
            Self::AssuranceNeeded,
            Self::MitIdOnly,
        ]
    };

    /// Its stable id.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotLoggedIn => "not-logged-in",
            Self::StepOutstanding(OutstandingStep::ConfirmIdentity) => "identity-outstanding",
            Self::StepOutstanding(OutstandingStep::Renew) => "renewal-outstanding",
            Self::StepOutstanding(OutstandingStep::ChoosePassword) => "password-outstanding",
            Self::StepOutstanding(OutstandingStep::AcceptTerms) => "terms-outstanding",
            Self::StepOutstanding(OutstandingStep::Join) => "join-outstanding",
            Self::StepOutstanding(OutstandingStep::ConfirmContact) => "contact-outstanding",
            Self::NotAMember => "not-a-member",
            Self::AwaitingApproval => "awaiting-approval",
            Self::Suspended => "suspended",
            Self::RightRemoved => "right-removed",
            Self::FunctionClosed => "function-closed",
            Self::AssuranceNeeded => "assurance-needed",
            Self::MitIdOnly => "mitid-only",
        }
    }
}
