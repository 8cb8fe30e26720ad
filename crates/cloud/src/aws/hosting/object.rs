//! The objects that a release consists of: what stands under which key.
//!
//! The network asks the bucket for what the index function makes of an address: `/docs/` and
//! `/docs` become `/docs/index.html`. So a file without a dot in its name stands where visitors of
//! its address are led, and a page `about.html` stands there too, for `/about`.

use std::collections::BTreeMap;

use crate::local::Manifest;

use super::etag::ETags;

/// What a folder shows.
pub const INDEX: &str = "index.html";
/// Where the objects that visitors can reach are. It is the origin's path.
pub const LIVE: &str = "live/";

/// An object of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its key below [`LIVE`].
    pub key: String,
    /// The file that it holds.
    pub path: String,
    /// The file's size.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub hash: String,
    /// The tags it may have.
    pub etags: ETags,
}

/// The objects of the release with this manifest, by their keys. `etags` holds the tags of all of
/// its files, by their hashes; a file without is left out.
#[must_use]
pub fn objects(manifest: &Manifest, etags: &BTreeMap<String, ETags>) -> Vec<Object> {
    let mut objects = BTreeMap::new();
    for (path, file) in &manifest.files {
        let Some(etags) = etags.get(&file.hash) else {
            continue;
        };
        for key in keys(path, |path| manifest.files.contains_key(path)) {
            let object = Object {
                key: key.clone(),
                path: path.clone(),
                bytes: file.bytes,
                hash: file.hash.clone(),
                etags: etags.clone(),
            };
            objects.insert(key, object);
        }
    }
    objects.into_values().collect()
}

/// The keys of the file at `path`, in a release in which `has` says which files there are.
fn keys(path: &str, has: impl Fn(&str) -> bool) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if !name.contains('.') {
        return vec![format!("{path}/{INDEX}")];
    }
    let mut keys = vec![path.to_owned()];
    if let Some(page) = path.strip_suffix(".html")
        && name != INDEX
        && !name.trim_end_matches(".html").contains('.')
    {
        let short = format!("{page}/{INDEX}");
        if !has(&short) && !has(page) {
            keys.push(short);
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_where_their_addresses_lead() {
        let files = [
            "LICENSE",
            "about.html",
            "both.html",
            "both/index.html",
            "docs/index.html",
            "index.html",
            "v1.2.html",
        ];
        let keys_of = |path| keys(path, |path| files.contains(&path));
        assert_eq!(keys_of("index.html"), ["index.html"]);
        assert_eq!(keys_of("docs/index.html"), ["docs/index.html"]);
        assert_eq!(keys_of("about.html"), ["about.html", "about/index.html"]);
        assert_eq!(keys_of("both.html"), ["both.html"]);
        assert_eq!(keys_of("LICENSE"), ["LICENSE/index.html"]);
        assert_eq!(keys_of("v1.2.html"), ["v1.2.html"]);
        assert_eq!(keys_of("ü b.txt"), ["ü b.txt"]);
    }
}
