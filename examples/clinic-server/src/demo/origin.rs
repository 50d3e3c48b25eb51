//! Where a form of the demonstration's own pages is posted from.

use http::Request;
use http::header::ORIGIN;
use hyper::body::Incoming;

/// A page elsewhere may lead a browser here, but not to post.
pub(super) fn is_from_own_page(request: &Request<Incoming>, public_url: &str) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match header("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => header(ORIGIN.as_str()) == Some(public_url),
    }
}
