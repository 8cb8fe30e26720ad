//! Files that a person hands to the page: chosen, dropped or pasted.

use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ClipboardEvent, DataTransfer, DragEvent, File, FileList, HtmlInputElement, Url,
};

/// A file on the person's machine.
#[derive(Clone)]
pub struct LocalFile(SendWrapper<File>);

/// What was handed over at once.
#[derive(Default)]
pub struct Handed {
    /// The files.
    pub files: Vec<LocalFile>,
    /// Names of folders, which nothing is read from.
    pub folders: Vec<String>,
}

impl LocalFile {
    fn new(file: File) -> Self {
        Self(SendWrapper::new(file))
    }

    /// Its name, without a path.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Its size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a size is a whole number of bytes"
        )]
        let bytes = self.0.size() as u64;
        bytes
    }

    /// What the browser takes it for, from its name: good for a preview, and believed by nobody.
    #[must_use]
    pub fn media_type(&self) -> String {
        self.0.type_()
    }

    /// The bytes from `start` up to `end`, which are read when they are sent.
    pub(super) fn piece(&self, start: u64, end: u64) -> Option<Blob> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "far below 2^53, up to which numbers are exact"
        )]
        let piece = self.0.slice_with_f64_and_f64(start as f64, end as f64);
        piece.ok()
    }

    /// An address under which this page can show it.
    #[must_use]
    pub fn address(&self) -> Option<ObjectAddress> {
        let address = Url::create_object_url_with_blob(&self.0).ok()?;
        Some(ObjectAddress(address))
    }

    /// The text of its first `bytes` bytes.
    pub async fn beginning(&self, bytes: u64) -> Option<String> {
        let piece = self.piece(0, bytes)?;
        JsFuture::from(piece.text()).await.ok()?.as_string()
    }
}

/// An address of something in the browser's memory, which is let go when this is dropped.
pub struct ObjectAddress(String);

impl ObjectAddress {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectAddress {
    fn drop(&mut self) {
        // Fails only for an address that is not an object's.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// Takes what was chosen in a file input, which can then choose the same file again.
#[must_use]
pub fn chosen(input: &HtmlInputElement) -> Vec<LocalFile> {
    let files = input.files().map(|files| list(&files)).unwrap_or_default();
    input.set_value("");
    files
}

/// What was dropped.
#[must_use]
pub fn dropped(event: &DragEvent) -> Handed {
    event
        .data_transfer()
        .map(|transfer| handed(&transfer))
        .unwrap_or_default()
}

/// The files that were pasted; none if it was text.
#[must_use]
pub fn pasted(event: &ClipboardEvent) -> Handed {
    event
        .clipboard_data()
        .map(|transfer| handed(&transfer))
        .unwrap_or_default()
}

/// Whether files are being dragged, and not text or a link.
#[must_use]
pub fn carries_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn list(files: &FileList) -> Vec<LocalFile> {
    let all = (0..files.length()).filter_map(|index| files.get(index));
    all.map(LocalFile::new).collect()
}

fn handed(transfer: &DataTransfer) -> Handed {
    let items = transfer.items();
    let mut handed = Handed::default();
    for item in (0..items.length()).filter_map(|index| items.get(index)) {
        let entry = item.webkit_get_as_entry().ok().flatten();
        match entry.filter(|entry| entry.is_directory()) {
            Some(folder) => handed.folders.push(folder.name()),
            None => {
                let file = item.get_as_file().ok().flatten();
                handed.files.extend(file.map(LocalFile::new));
            }
        }
    }
    handed
}

/// The file input that an element is.
#[must_use]
pub fn as_input(target: &web_sys::EventTarget) -> Option<HtmlInputElement> {
    target.clone().dyn_into().ok()
}
