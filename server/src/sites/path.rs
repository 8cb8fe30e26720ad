//! Which files a request's path may mean.

use percent_encoding::percent_decode_str;

/// What a folder shows.
const INDEX: &str = "index.html";

/// A path below the root of a site: decoded, and harmless by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePath {
    /// The parts; none for the root.
    parts: Vec<String>,
    /// Whether it ends in a slash, as a folder's does.
    is_folder: bool,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This file.
    File(String),
    /// A folder; its path lacks the slash at the end.
    Folder,
}

impl SitePath {
    /// Decodes the path of a request, once. `None` for all that no site has: empty parts, `.` and
    /// `..`, hidden files, and parts with a separator, a backslash, a control character or invalid
    /// UTF-8 in them, encoded or not.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let raw = raw.strip_prefix('/')?;
        if raw.is_empty() {
            return Some(Self {
                parts: vec![],
                is_folder: true,
            });
        }
        let (raw, is_folder) = raw
            .strip_suffix('/')
            .map_or((raw, false), |folder| (folder, true));
        let parts: Option<_> = raw.split('/').map(decode).collect();
        Some(Self {
            parts: parts?,
            is_folder,
        })
    }

    /// What the path means in a site in which `has` says which files there are: the file itself,
    /// the page without its `.html`, or the folder's `index.html`.
    pub fn find(&self, has: impl Fn(&str) -> bool) -> Option<Found> {
        let path = self.parts.join("/");
        let index = if path.is_empty() {
            INDEX.to_owned()
        } else {
            format!("{path}/{INDEX}")
        };
        if self.is_folder {
            return has(&index).then_some(Found::File(index));
        }
        let page = format!("{path}.html");
        if has(&path) {
            Some(Found::File(path))
        } else if has(&page) {
            Some(Found::File(page))
        } else {
            has(&index).then_some(Found::Folder)
        }
    }

    /// Whether it looks like a page of an application rather than like a file.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.parts.last().is_none_or(|name| !name.contains('.'))
    }
}

fn decode(part: &str) -> Option<String> {
    let part = percent_decode_str(part).decode_utf8().ok()?;
    let is_odd = |c: char| matches!(c, '/' | '\\') || c.is_control();
    let is_harmless = !part.is_empty() && !part.starts_with('.') && !part.contains(is_odd);
    is_harmless.then(|| part.into_owned())
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    fn find(raw: &str, files: &[&str]) -> Option<Found> {
        SitePath::parse(raw)?.find(|path| files.contains(&path))
    }

    #[test]
    fn clean_addresses_find_their_pages() {
        let files = [
            "index.html",
            "about.html",
            "docs/index.html",
            "ü b.txt",
            "both.html",
            "both/index.html",
        ];
        for (raw, file) in [
            ("/", "index.html"),
            ("/index.html", "index.html"),
            ("/about", "about.html"),
            ("/about.html", "about.html"),
            ("/docs/", "docs/index.html"),
            ("/both", "both.html"),
            ("/both/", "both/index.html"),
            ("/%C3%BC%20b.txt", "ü b.txt"),
        ] {
            assert_eq!(find(raw, &files), Some(Found::File(file.into())), "{raw}");
        }
        assert_eq!(find("/docs", &files), Some(Found::Folder));
        for none in ["/none", "/none/", "/about/", "/About", "/index.html/"] {
            assert_eq!(find(none, &files), None, "{none}");
        }
    }

    #[test]
    fn what_no_site_has_is_refused() {
        for bad in [
            "",
            "x",
            "//",
            "//a",
            "/a//b",
            "/a//",
            "/.",
            "/..",
            "/../a",
            "/a/../b",
            "/a/./b",
            "/%2e%2e/a",
            "/.%2e/a",
            "/.env",
            "/a/.git/config",
            "/%2egit",
            "/a%2fb",
            "/..%2fa",
            "/a\\b",
            "/a%5cb",
            "/a%00",
            "/a%0a",
            "/%ff",
            "/..;/a/../..",
        ] {
            assert_eq!(SitePath::parse(bad), None, "{bad}");
        }
        assert_eq!(
            find("/%252e%252e/a", &["../a", "%2e%2e/a"]),
            Some(Found::File("%2e%2e/a".into()))
        );
    }

    #[test]
    fn pages_have_no_extension() {
        for (raw, expected) in [
            ("/", true),
            ("/a/b", true),
            ("/a.b/c", true),
            ("/a.js", false),
        ] {
            assert_eq!(SitePath::parse(raw).unwrap().is_page(), expected, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn no_path_leads_out(raw in r"(/|\.|%2[eEfF]|%5c|%00|\\|[a-c]|\PC){0,24}") {
            if let Some(path) = SitePath::parse(&raw) {
                path.find(|file| {
                    let is_normal = |part: Component<'_>| {
                        matches!(part, Component::Normal(name) if !name.as_encoded_bytes().starts_with(b"."))
                    };
                    assert!(Path::new(file).components().all(is_normal), "{file}");
                    assert!(!file.contains(['\0', '\\']) && !file.contains("//"), "{file}");
                    false
                });
            }
        }
    }
}
