//! Forms: their fields, what was typed, and what was wrong with it. The templates in `parts/` draw them.

use patientportal_core::language::Language;

use crate::texts::FieldTexts;

/// A form's fields in groups, with what is wrong.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Form {
    /// The fields, in the order shown.
    pub groups: Vec<FieldGroup>,
    /// What is wrong, in the order shown in the summary.
    pub problems: Vec<Problem>,
    /// Values that travel unseen: the flow, the function that the visitor came for.
    pub hidden: Vec<(&'static str, String)>,
}

/// Fields that belong together.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct FieldGroup {
    /// What they are about; a form of one group has no legend.
    pub legend: Option<&'static str>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Field {
    /// Its name in the form, and its id on the page.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What helps to fill it in.
    pub hint: Option<String>,
    /// What was typed. Always empty for passwords and codes.
    pub value: String,
    /// What kind of field it is.
    pub kind: FieldKind,
    /// The `autocomplete` token.
    pub autocomplete: &'static str,
    /// Whether it may be left empty.
    pub optional: bool,
    /// Whether it shares its row with a neighbour where there is room.
    pub half: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// What kind of field it is, which decides how it is typed and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// Ordinary text.
    Text,
    /// A CPR number, its digits shown or not (L4).
    Cpr {
        /// Whether no digit is shown.
        hidden: bool,
    },
    /// The box that hides the form's CPR numbers.
    HideBox {
        /// Whether it is ticked.
        ticked: bool,
    },
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A password.
    Password,
    /// A security code.
    Code,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field it is about; none: the form as a whole.
    pub field: Option<&'static str>,
    /// What is wrong and what to do.
    pub text: String,
}

impl Form {
    /// A form of one group.
    #[must_use]
    pub fn of(fields: Vec<Field>) -> Self {
        Self { groups: vec![FieldGroup { legend: None, fields }], ..Self::default() }
    }

    /// A form of several groups, each with its legend.
    #[must_use]
    pub fn grouped(groups: Vec<(&'static str, Vec<Field>)>) -> Self {
        let groups = groups.into_iter().map(|(legend, fields)| FieldGroup { legend: Some(legend), fields }).collect();
        Self { groups, ..Self::default() }
    }

    /// The same with a value that travels unseen.
    #[must_use]
    pub fn with_hidden(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }

    /// The same with `problems`, each beside its field too.
    #[must_use]
    pub fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        for field in self.groups.iter_mut().flat_map(|group| &mut group.fields) {
            field.problem =
                problems.iter().find(|problem| problem.field == Some(field.name)).map(|problem| problem.text.clone());
        }
        self.problems = problems;
        self
    }

    pub(crate) fn has_hide_box(&self) -> bool {
        self.fields().any(Field::is_hide_box)
    }

    pub(crate) fn label_of(&self, name: &str) -> &'static str {
        self.fields().find(|field| field.name == name).map_or("", |field| field.label)
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.groups.iter().flat_map(|group| &group.fields)
    }
}

impl Field {
    /// A field with no hint, nothing wrong, and `value` typed.
    #[must_use]
    pub fn new(
        name: &'static str,
        label: &'static str,
        kind: FieldKind,
        autocomplete: &'static str,
        value: &str,
    ) -> Self {
        let value =
            if matches!(kind, FieldKind::Password | FieldKind::Code) { String::new() } else { value.to_owned() };
        Self { name, label, hint: None, value, kind, autocomplete, optional: false, half: false, problem: None }
    }

    /// A field for a CPR number, with its hyphen (A3).
    #[must_use]
    pub fn cpr(name: &'static str, label: &'static str, hidden: bool, value: &str, language: Language) -> Self {
        let value = hyphenated(value);
        Self::new(name, label, FieldKind::Cpr { hidden }, "username", &value).hint(FieldTexts::of(language).cpr_hint)
    }

    /// The box that hides a form's CPR numbers.
    #[must_use]
    pub fn hide_box(label: &'static str, ticked: bool) -> Self {
        Self::new(names::HIDE, label, FieldKind::HideBox { ticked }, "off", "")
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, but it may be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same, sharing its row.
    #[must_use]
    pub fn half(mut self) -> Self {
        self.half = true;
        self
    }

    pub(crate) fn is_hide_box(&self) -> bool {
        matches!(self.kind, FieldKind::HideBox { .. })
    }

    pub(crate) fn is_ticked(&self) -> bool {
        matches!(self.kind, FieldKind::HideBox { ticked: true })
    }

    pub(crate) fn is_cpr(&self) -> bool {
        matches!(self.kind, FieldKind::Cpr { .. })
    }

    pub(crate) fn is_code(&self) -> bool {
        self.kind == FieldKind::Code
    }

    pub(crate) fn input_type(&self) -> &'static str {
        match self.kind {
            FieldKind::Cpr { hidden: true } | FieldKind::Password => "password",
            FieldKind::Email => "email",
            FieldKind::Phone => "tel",
            FieldKind::HideBox { .. } => "checkbox",
            FieldKind::Text | FieldKind::Code | FieldKind::Cpr { hidden: false } => "text",
        }
    }

    pub(crate) fn input_mode(&self) -> Option<&'static str> {
        matches!(self.kind, FieldKind::Cpr { .. } | FieldKind::Code).then_some("numeric")
    }

    /// Longer input than any honest one is cut in the browser; the server judges for itself.
    pub(crate) fn max_length(&self) -> u16 {
        match self.kind {
            FieldKind::Cpr { .. } | FieldKind::Code => 20,
            FieldKind::Phone => 30,
            FieldKind::Text => 100,
            FieldKind::Email => 254,
            FieldKind::Password | FieldKind::HideBox { .. } => 256,
        }
    }

    /// The ids of hint and problem, for `aria-describedby`.
    pub(crate) fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let problem = self.problem.as_ref().map(|_| format!("{}-problem", self.name));
        match (problem, hint) {
            (Some(problem), Some(hint)) => Some(format!("{problem} {hint}")),
            (problem, hint) => problem.or(hint),
        }
    }
}

impl Problem {
    /// Something wrong with one field.
    #[must_use]
    pub fn with(field: &'static str, text: impl Into<String>) -> Self {
        Self { field: Some(field), text: text.into() }
    }

    /// Something wrong with the whole.
    #[must_use]
    pub fn overall(text: impl Into<String>) -> Self {
        Self { field: None, text: text.into() }
    }
}

/// What the script does while the number is typed.
fn hyphenated(typed: &str) -> String {
    let mut number: String = typed.chars().filter(|c| c.is_alphanumeric()).collect();
    if let Some((seventh, _)) = number.char_indices().nth(DATE_LENGTH) {
        number.insert(seventh, '-');
    }
    number
}

/// The digits of a CPR number before its hyphen.
const DATE_LENGTH: usize = 6;

/// The names of fields in forms.
pub(crate) mod names {
    pub(crate) const TOKEN: &str = "token";
    pub(crate) const OWNER: &str = "ejer";
    pub(crate) const PLACE: &str = "sted";
    pub(crate) const CPR: &str = "cpr";
    pub(crate) const GUARDIAN_CPR: &str = "vaerge-cpr";
    pub(crate) const HIDE: &str = "skjul";
    pub(crate) const REDRAW: &str = "tegn-om";
    pub(crate) const FIRST_NAME: &str = "fornavn";
    pub(crate) const LAST_NAME: &str = "efternavn";
    pub(crate) const EMAIL: &str = "email";
    pub(crate) const EMAIL_AGAIN: &str = "email-igen";
    pub(crate) const MOBILE: &str = "mobil";
    pub(crate) const PASSWORD: &str = "adgangskode";
    pub(crate) const NEW_PASSWORD: &str = "ny-adgangskode";
    pub(crate) const PASSWORD_AGAIN: &str = "adgangskode-igen";
    pub(crate) const CODE: &str = "kode";
    pub(crate) const REFERENCE: &str = "kending";
    pub(crate) const LANGUAGE: &str = "til";
    pub(crate) const RETURN: &str = "retur";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_kept_on_the_page() {
        let field = Field::new(names::PASSWORD, "Adgangskode", FieldKind::Password, "current-password", "Hemmelig1");
        assert_eq!(field.value, "");
    }

    #[test]
    fn a3_the_hyphen_is_put_in_when_the_page_is_redrawn() {
        for typed in ["2512489996", "251248-9996", "25 12 48 9996", " 251248 -9996", "25.12.48.9996"] {
            assert_eq!(Field::cpr(names::CPR, "", false, typed, Language::Danish).value, "251248-9996", "{typed}");
        }
        for (typed, shown) in [("", ""), ("251248", "251248"), ("251248-", "251248"), ("æøåæøåæ", "æøåæøå-æ")]
        {
            assert_eq!(Field::cpr(names::CPR, "", false, typed, Language::Danish).value, shown);
        }
    }

    #[test]
    fn a_problem_stands_beside_its_field_and_describes_it() {
        let field = Field::cpr(names::CPR, "CPR-nummer", true, "251248-9996", Language::Danish);
        let form = Form::of(vec![field]).with_problems(vec![Problem::with(names::CPR, "Forkert")]);
        let field = &form.groups[0].fields[0];
        assert_eq!(field.problem.as_deref(), Some("Forkert"));
        assert_eq!(field.described_by().as_deref(), Some("cpr-problem cpr-hint"));
        assert_eq!(field.input_type(), "password", "L4: hidden");
    }
}
