//! Value types: what a person types, checked once and safe to carry. None of them prints its content.

mod cbor;
mod cpr;
mod email;
mod mobile;
mod name;
mod password;

pub use cpr::{Cpr, CprError, CprKind};
pub use email::{Email, EmailError};
pub use mobile::{Mobile, MobileError};
pub use name::{Name, NameError};
pub use password::{Password, PasswordContext, PasswordError, PasswordPolicy};
