//! What this browser remembers between visits.

use super::window;

/// What this browser keeps under `key`; nothing where storage is switched off.
#[must_use]
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps `value` under `key` in this browser; an empty value removes it. Storage that is full or
/// switched off only means that it is not kept.
pub fn set(key: &str, value: &str) {
    if let Some(storage) = storage() {
        match value.is_empty() {
            true => storage.remove_item(key).ok(),
            false => storage.set_item(key, value).ok(),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok().flatten()
}
