//! The stylesheet, the script and the icon. Their names change with their content, so browsers may keep them for ever.

use std::sync::LazyLock;

/// One static file.
#[derive(Debug)]
pub struct Asset {
    name: String,
    content_type: &'static str,
    content: &'static [u8],
}

impl Asset {
    fn new(stem: &str, ending: &str, content_type: &'static str, content: &'static [u8]) -> Self {
        Self { name: format!("{stem}-{:016x}.{ending}", fingerprint(content)), content_type, content }
    }

    /// Its name in addresses.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its media type.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Its bytes.
    #[must_use]
    pub fn content(&self) -> &'static [u8] {
        self.content
    }
}

/// The stylesheet.
#[must_use]
pub fn stylesheet() -> &'static Asset {
    &STYLESHEET
}

/// The script. No page needs it.
#[must_use]
pub fn script() -> &'static Asset {
    &SCRIPT
}

/// The stylesheet of the staff's pages, beside the other.
#[must_use]
pub fn staff_stylesheet() -> &'static Asset {
    &STAFF_STYLESHEET
}

/// The script of the staff's pages. None needs it.
#[must_use]
pub fn staff_script() -> &'static Asset {
    &STAFF_SCRIPT
}

/// The icon in the browser's tab.
#[must_use]
pub fn icon() -> &'static Asset {
    &ICON
}

/// The asset of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Asset> {
    [stylesheet(), script(), icon(), staff_stylesheet(), staff_script()].into_iter().find(|asset| asset.name == name)
}

/// FNV-1a: tells contents apart; protects nothing.
fn fingerprint(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("portal", "css", "text/css; charset=utf-8", include_bytes!("../assets/portal.css")));
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("portal", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/portal.js"))
});
static STAFF_STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("staff", "css", "text/css; charset=utf-8", include_bytes!("../assets/staff.css")));
static STAFF_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("staff", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/staff.js")));
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_bytes!("../assets/icon.svg")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_found_by_the_name_that_links_give_them() {
        for asset in [stylesheet(), script(), icon(), staff_stylesheet(), staff_script()] {
            assert_eq!(by_name(asset.name()).unwrap().content(), asset.content());
        }
        assert!(by_name("portal.css").is_none());
    }

    #[test]
    fn another_content_gives_another_name() {
        assert_ne!(fingerprint(b"a{}"), fingerprint(b"b{}"));
    }
}
