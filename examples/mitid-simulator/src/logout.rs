//! Ending the broker's session: there is none to end here, but the way back is as strict as a broker's.

use http::StatusCode;
use patientportal_core::language::Language;
use url::Url;

use crate::config::Shape;
use crate::pages;
use crate::reply::{self, Reply};
use crate::request::Parameters;
use crate::state::Simulation;

/// Sends the browser back, if the address is registered; else it stays on a page of ours.
pub(crate) fn logout(simulation: &Simulation, parameters: &Parameters) -> Reply {
    let registered = &simulation.config.post_logout_redirect_urls;
    let back = parameters.value("post_logout_redirect_uri").filter(|back| registered.iter().any(|url| url == back));
    let ours = parameters.value("client_id").is_none_or(|id| id == simulation.config.client_id);
    let hint = parameters.value("id_token_hint");
    // The Nets broker takes nobody back without a hint; a wrong hint is refused by all.
    let hinted = hint.map_or(simulation.config.shape != Shape::Nets, |hint| simulation.key.signed(hint));
    match back.and_then(|back| Url::parse(back).ok()).filter(|_| ours && hinted) {
        None => {
            let language = parameters.value("ui_locales").and_then(Language::from_tag).unwrap_or_default();
            reply::page(StatusCode::OK, pages::logged_out(language), None)
        }
        Some(mut url) => {
            if let Some(state) = parameters.value("state") {
                url.query_pairs_mut().append_pair("state", state);
            }
            reply::see_other(url.as_str())
        }
    }
}
