//! Naming rules for what exists outside: slugs and resource names.

use uuid::Uuid;

use crate::{Guid, RESOURCE_NAME_CHARS, SLUG_CHARS, SessionId, SiteId, Timestamp};

/// The slug of a project that has no letters or digits in its name.
const EMPTY_SLUG: &str = "site";

/// Turns a project's name into lowercase letters, digits and single inner hyphens, at most
/// [`SLUG_CHARS`] of them, never empty.
#[must_use]
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(SLUG_CHARS);
    for character in name.chars().flat_map(char::to_lowercase) {
        if slug.len() == SLUG_CHARS {
            break;
        }
        match fold(character) {
            Some(plain) => slug.push(plain),
            None if slug.is_empty() || slug.ends_with('-') => {}
            None => slug.push('-'),
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        EMPTY_SLUG.to_owned()
    } else {
        slug.to_owned()
    }
}

/// The ASCII letter or digit that a character stands for.
fn fold(character: char) -> Option<char> {
    match character {
        'a'..='z' | '0'..='9' => Some(character),
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => Some('a'),
        'ç' => Some('c'),
        'è' | 'é' | 'ê' | 'ë' => Some('e'),
        'ì' | 'í' | 'î' | 'ï' => Some('i'),
        'ñ' => Some('n'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => Some('o'),
        'ù' | 'ú' | 'û' | 'ü' => Some('u'),
        'ý' | 'ÿ' => Some('y'),
        _ => None,
    }
}

/// The name of a site's bucket and origin: `tmux-{short id}-{slug}-{YYYYMMDD}-{HHmmss}`.
///
/// A clash (same project, same second) is settled by the caller's conditional claim, which then
/// asks for the name of the next second.
#[must_use]
pub fn resource_name(guid: &Guid, slug: &str, at: Timestamp) -> String {
    let name = format!("tmux-{}-{slug}-{}", guid.short(), at.stamp());
    debug_assert!(name.len() <= RESOURCE_NAME_CHARS, "{name} is too long");
    name
}

/// How the name of a preview begins. No site is called so: a site's name begins with `tmux-`.
const PREVIEW: &str = "preview-";

/// The name under which the working folder of a session is shown: `preview-{32 digits}`.
#[must_use]
pub fn preview_name(session: SessionId) -> String {
    format!("{PREVIEW}{}", session.uuid().simple())
}

/// The session whose preview has this name.
#[must_use]
pub fn previewed_session(name: &str) -> Option<SessionId> {
    let digits = name
        .strip_prefix(PREVIEW)
        .filter(|digits| digits.len() == 32)?;
    Uuid::try_parse(digits).ok().map(SessionId::from)
}

/// How the name of a stored release begins.
const RELEASE: &str = "release-";

/// The name under which a stored release of a site is shown: `release-{number}-{32 digits}`.
#[must_use]
pub fn release_name(site: SiteId, number: u32) -> String {
    format!("{RELEASE}{number}-{}", site.uuid().simple())
}

/// The stored release that has this name.
#[must_use]
pub fn shown_release(name: &str) -> Option<(SiteId, u32)> {
    let (number, digits) = name.strip_prefix(RELEASE)?.split_once('-')?;
    let uuid = Uuid::try_parse(digits)
        .ok()
        .filter(|_| digits.len() == 32)?;
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_plain)?;
    Some((SiteId::from(uuid), number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_slug_is_readable() {
        assert_eq!(slug("Tea Shop"), "tea-shop");
        assert_eq!(slug("  Café -- Zürich!  "), "cafe-zurich");
        assert_eq!(slug("茶"), "site");
        assert_eq!(slug(""), "site");
        assert_eq!(slug(&"a".repeat(200)).len(), SLUG_CHARS);
    }

    #[test]
    fn a_preview_is_found_by_its_name() {
        let session = SessionId::random();
        assert_eq!(previewed_session(&preview_name(session)), Some(session));
        for other in [
            "preview-",
            "preview-xyz",
            "tmux-preview-1",
            &session.to_string(),
        ] {
            assert_eq!(previewed_session(other), None, "{other}");
        }
    }

    #[test]
    fn a_stored_release_is_found_by_its_name() {
        let site = SiteId::random();
        let name = release_name(site, u32::MAX);
        assert!(name.len() <= RESOURCE_NAME_CHARS, "{name}");
        assert_eq!(shown_release(&name), Some((site, u32::MAX)));
        for other in [
            "release-",
            "release-1",
            "release-1-x",
            "release-+1-00000000000000000000000000000000",
        ] {
            assert_eq!(shown_release(other), None, "{other}");
        }
    }

    #[test]
    fn a_resource_name_carries_workspace_project_and_second() {
        let guid = Guid::from_bytes([0x0f; 32]);
        let at = Timestamp::from_millis(1_770_205_165_000);
        let name = resource_name(&guid, &slug("Tea Shop"), at);
        assert_eq!(name, "tmux-0f0f0f0f0f0f-tea-shop-20260204-113925");
    }

    proptest! {
        #[test]
        fn every_name_is_a_valid_bucket_and_dns_label(
            name in any::<String>(),
            bytes in any::<[u8; 32]>(),
            millis in 0..253_402_300_799_000_i64,
        ) {
            let name = resource_name(&Guid::from_bytes(bytes), &slug(&name), Timestamp::from_millis(millis));
            prop_assert!((3..=RESOURCE_NAME_CHARS).contains(&name.len()));
            prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!name.starts_with('-') && !name.ends_with('-') && !name.contains("--"));
        }
    }
}
