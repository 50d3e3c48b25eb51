//! The clinics' own homepages, as far as the guide speaks of them: each leads to the portal by the clinic's functions (C2).

use patientportal_core::clinic::{Clinic, ClinicDirectory};
use patientportal_http::links::function_word;

use super::pages::{escape, page};
use crate::routes::Answer;

/// The homepage of a clinic, where `path` is one's.
pub(crate) fn homepage(clinics: &ClinicDirectory, path: &str) -> Option<Answer> {
    let clinic = clinics.by_slug(path.strip_prefix(ROOT)?.strip_prefix('/')?)?;
    let functions: String = clinic
        .functions
        .iter()
        .map(|offered| {
            let address = format!("/{}/{}", clinic.slug, function_word(offered.kind));
            link(&address, &offered.title)
        })
        .collect();
    let others: String = clinics.iter().filter(|other| other.id != clinic.id).map(neighbour).collect();
    let name = escape(&clinic.name);
    Some(page(
        &name,
        &format!(
            "<h1>{name}</h1><p>Klinikkens hjemmeside. <span lang=\"en\">The clinic's homepage.</span></p>\
         <h2>Patientportalen</h2><ul class=\"mails\">{functions}{}</ul>\
         <h2>Demonstration</h2><ul class=\"mails\">{others}{}{}</ul>",
            link(&format!("/{}", clinic.slug), "Log ind, eller opret dig som bruger"),
            link("/demo/mails", "Mails"),
            link("/personale", "Klinikkens personale"),
        ),
    ))
}

/// Where a clinic's homepage is.
pub(super) fn address_of(public_url: &str, slug: &str) -> String {
    format!("{public_url}{ROOT}/{slug}")
}

fn neighbour(clinic: &Clinic) -> String {
    link(&address_of("", &clinic.slug), &clinic.name)
}

fn link(address: &str, words: &str) -> String {
    format!("<li><a href=\"{}\"><strong>{}</strong></a></li>", escape(address), escape(words))
}

const ROOT: &str = "/demo/hjemmeside";
