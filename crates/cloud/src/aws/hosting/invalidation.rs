//! What the delivery network must forget.

use std::collections::BTreeSet;

use super::object::INDEX;

/// More paths than these become one that stands for all.
const MOST_PATHS: usize = 15;
/// Stands for all paths.
pub const ALL: &str = "/*";

/// The addresses of objects, as an invalidation names them. An address that may be written in
/// several ways, each of which the network keeps by itself, is covered by a path that ends in `*`.
#[must_use]
pub fn paths<'a>(keys: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for key in keys {
        paths.insert(path(key));
        if let Some(folder) = key.strip_suffix(INDEX)
            && (folder.is_empty() || folder.ends_with('/'))
        {
            paths.insert(path(folder));
            paths.insert(path(folder.trim_end_matches('/')));
        }
        if paths.len() > MOST_PATHS {
            return BTreeSet::from([ALL.to_owned()]);
        }
    }
    paths
}

/// What one invalidation names of all these paths.
#[must_use]
pub fn gathered(paths: &BTreeSet<String>) -> Vec<String> {
    if paths.contains(ALL) || paths.len() > MOST_PATHS {
        return vec![ALL.to_owned()];
    }
    paths.iter().cloned().collect()
}

/// The path of the object with this key.
fn path(key: &str) -> String {
    let mut path = String::from("/");
    for character in key.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '/' => path.push(character),
            // Everybody writes these in one way: encoded.
            ' ' | '"' | '#' | '%' | '<' | '>' | '?' | '`' | '{' | '}' | '\u{80}'.. => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    path.push_str(&format!("%{byte:02X}"));
                }
            }
            // These may be encoded or not.
            _ => {
                path.push('*');
                break;
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_written_as_browsers_write_it() {
        for (key, expected) in [
            ("app.js", "/app.js"),
            ("a b/ü.css", "/a%20b/%C3%BC.css"),
            ("100%.txt", "/100%25.txt"),
            ("a+b.js", "/a*"),
            ("~x/y.js", "/*"),
            ("it's.html", "/it*"),
        ] {
            assert_eq!(path(key), expected);
        }
    }

    #[test]
    fn a_page_is_forgotten_under_all_its_addresses() {
        let all = |keys: &[&str]| paths(keys.iter().copied()).into_iter().collect::<Vec<_>>();
        assert_eq!(all(&["index.html"]), ["/", "/index.html"]);
        assert_eq!(
            all(&["docs/index.html"]),
            ["/docs", "/docs/", "/docs/index.html"]
        );
        assert_eq!(all(&["myindex.html"]), ["/myindex.html"]);
        let many: Vec<_> = (0..16).map(|number| format!("{number}.js")).collect();
        assert_eq!(
            paths(many.iter().map(String::as_str)),
            BTreeSet::from([ALL.to_owned()])
        );
        assert!(all(&[]).is_empty());
    }

    /// What browsers encode in a path.
    const BROWSER: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'`')
        .add(b'{')
        .add(b'}');
    /// What those encode who encode all that they may.
    const CAUTIOUS: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'.')
        .remove(b'_');

    fn covers(path: &str, address: &str) -> bool {
        match path.strip_suffix('*') {
            Some(prefix) => address.starts_with(prefix),
            None => path == address,
        }
    }

    proptest! {
        #[test]
        fn every_way_to_write_an_address_is_covered(key in "[ -~äß茶]{1,12}") {
            let path = path(&key);
            prop_assert!(path.is_ascii() && path.starts_with('/'));
            for set in [BROWSER, CAUTIOUS] {
                let address = format!("/{}", utf8_percent_encode(&key, set));
                prop_assert!(covers(&path, &address), "{path} does not cover {address}");
            }
        }
    }
}
