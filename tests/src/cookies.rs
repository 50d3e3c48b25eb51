//! A cookie jar as browsers keep it: by host whatever the port, by path, and `SameSite=Lax` for everything.

use http::HeaderMap;
use http::header::SET_COOKIE;
use url::Url;

/// The cookies of one browser.
#[derive(Debug, Clone, Default)]
pub struct Jar {
    kept: Vec<Cookie>,
    ever: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
}

impl Jar {
    /// Takes what an answer from `url` sets.
    pub fn take(&mut self, url: &Url, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().expect("cookies are ASCII");
            let mut parts = line.split(';').map(str::trim);
            let (name, value) = parts.next().unwrap_or_default().split_once('=').expect("a cookie has a value");
            let attributes: Vec<(String, &str)> = parts
                .map(|part| part.split_once('=').unwrap_or((part, "")))
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect();
            let attribute = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
            let path = attribute("path").filter(|path| path.starts_with('/')).unwrap_or("/").to_owned();
            let host = host(url);
            self.kept.retain(|cookie| (&cookie.host, &cookie.path, cookie.name.as_str()) != (&host, &path, name));
            self.ever.push((name.to_owned(), value.to_owned()));
            let is_over =
                attribute("max-age") == Some("0") || attribute("expires").is_some_and(|at| at.contains(" 1970 "));
            if !is_over {
                self.kept.push(Cookie { host, path, name: name.to_owned(), value: value.to_owned() });
            }
        }
    }

    /// The `Cookie` header for a request to `url`, if there are any.
    #[must_use]
    pub fn header(&self, url: &Url) -> Option<String> {
        let fits = |cookie: &&Cookie| cookie.host == host(url) && is_below(url.path(), &cookie.path);
        let pairs: Vec<_> =
            self.kept.iter().filter(fits).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The value of a cookie of any host.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.kept.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.as_str())
    }

    /// The names and values of all cookies that were ever set, also those that are gone.
    #[must_use]
    pub fn ever(&self) -> &[(String, String)] {
        &self.ever
    }

    /// Puts a cookie in by hand, for all paths of the host of `url`.
    pub fn plant(&mut self, url: &Url, name: &str, value: &str) {
        let host = host(url);
        self.kept.retain(|cookie| (&cookie.host, cookie.name.as_str()) != (&host, name));
        self.kept.push(Cookie { host, path: "/".to_owned(), name: name.to_owned(), value: value.to_owned() });
    }

    /// Forgets all cookies that it keeps.
    pub fn clear(&mut self) {
        self.kept.clear();
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn is_below(path: &str, of: &str) -> bool {
    path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || of.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn cookies_keep_to_their_host_and_path_but_not_to_a_port() {
        let mut jar = Jar::default();
        let mut headers = HeaderMap::new();
        for line in ["a=1; Path=/; Secure", "b=2; path=/login/x; HttpOnly"] {
            headers.append(SET_COOKIE, HeaderValue::from_static(line));
        }
        jar.take(&url("http://127.0.0.1:1/"), &headers);
        assert_eq!(jar.header(&url("http://127.0.0.1:2/login/x/y")).as_deref(), Some("a=1; b=2"));
        assert_eq!(jar.header(&url("http://127.0.0.1:2/login/xy")).as_deref(), Some("a=1"));
        assert_eq!(jar.header(&url("http://localhost:1/")), None);
    }

    #[test]
    fn a_cookie_that_is_over_is_gone() {
        for end in ["a=; Path=/; Max-Age=0", "a=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT"] {
            let mut jar = Jar::default();
            jar.plant(&url("http://localhost/"), "a", "1");
            jar.take(&url("http://localhost/"), &HeaderMap::from_iter([(SET_COOKIE, HeaderValue::from_static(end))]));
            assert_eq!(jar.value("a"), None);
        }
    }
}
