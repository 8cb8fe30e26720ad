//! Icons: outlines on a 24 px grid, after the Lucide set (ISC licence).

use leptos::prelude::*;

/// Makes the enum of icons and the paths that draw them.
macro_rules! icons {
    ($($name:ident: $($path:literal),+;)*) => {
        /// What an icon shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "an icon's name says what it shows")]
        pub enum IconName {
            $($name,)*
        }

        impl IconName {
            /// The paths that draw it.
            const fn paths(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($path),+],)*
                }
            }
        }
    };
}

icons! {
    Alert: "M10.3 3.9 1.8 18a2 2 0 0 0 1.7 3h17a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0Z", "M12 9v4", "M12 17h.01";
    Archive: "M3 4h18v4H3z", "M5 8v11a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V8", "M10 12h4";
    ArrowDown: "M12 5v14", "m19 12-7 7-7-7";
    ArrowLeft: "m12 19-7-7 7-7", "M19 12H5";
    ArrowRight: "M5 12h14", "m12 5 7 7-7 7";
    ArrowUp: "m5 12 7-7 7 7", "M12 19V5";
    Bot: "M12 8V4H8", "M6 8h12a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2Z", "M2 14h2", "M20 14h2", "M15 13v2", "M9 13v2";
    Chat: "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2Z";
    Check: "M20 6 9 17l-5-5";
    ChevronDown: "m6 9 6 6 6-6";
    ChevronRight: "m9 18 6-6-6-6";
    ChevronsUpDown: "m7 15 5 5 5-5", "m7 9 5-5 5 5";
    Close: "M18 6 6 18", "m6 6 12 12";
    Copy: "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2Z", "M4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2";
    Download: "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4", "m7 10 5 5 5-5", "M12 15V3";
    Edit: "M12 20h9", "M16.4 3.6a2.1 2.1 0 0 1 3 3L7.4 18.6 3 20l1.4-4.4Z";
    External: "M15 3h6v6", "M10 14 21 3", "M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6";
    File: "M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7Z", "M14 2v4a2 2 0 0 0 2 2h4";
    Folder: "M20 20a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-7.9a2 2 0 0 1-1.7-.9L9.6 3.9A2 2 0 0 0 7.9 3H4a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2Z";
    Globe: "M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0Z", "M2 12h20", "M12 2a15 15 0 0 1 0 20 15 15 0 0 1 0-20Z";
    Help: "M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0Z", "M9.1 9a3 3 0 0 1 5.8 1c0 2-3 3-3 3", "M12 17h.01";
    History: "M3 12a9 9 0 1 0 9-9 9.8 9.8 0 0 0-6.7 2.7L3 8", "M3 3v5h5", "M12 7v5l4 2";
    Home: "m3 10 9-7 9 7v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2Z", "M9 22V12h6v10";
    Info: "M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0Z", "M12 16v-4", "M12 8h.01";
    Key: "m15.5 7.5 2.3 2.3a1 1 0 0 0 1.4 0l2.1-2.1a1 1 0 0 0 0-1.4L19 4", "m21 2-9.6 9.6", "M13 15.5a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0Z";
    Link: "M10 13a5 5 0 0 0 7.5.5l3-3a5 5 0 0 0-7-7l-1.8 1.7", "M14 11a5 5 0 0 0-7.5-.5l-3 3a5 5 0 0 0 7 7l1.8-1.7";
    Logout: "m16 17 5-5-5-5", "M21 12H9", "M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4";
    Menu: "M4 6h16", "M4 12h16", "M4 18h16";
    Microphone: "M12 2a3 3 0 0 0-3 3v7a3 3 0 0 0 6 0V5a3 3 0 0 0-3-3Z", "M19 10v2a7 7 0 0 1-14 0v-2", "M12 19v3";
    Monitor: "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z", "M8 21h8", "M12 17v4";
    Moon: "M12 3a6 6 0 0 0 9 9 9 9 0 1 1-9-9Z";
    More: "M12 12h.01", "M19 12h.01", "M5 12h.01";
    Paperclip: "m21.4 11.1-9.2 9.2a6 6 0 0 1-8.5-8.5l8.6-8.6a4 4 0 1 1 5.6 5.7l-8.6 8.5a2 2 0 0 1-2.8-2.8l8.5-8.5";
    Phone: "M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2Z", "M12 18h.01";
    Plus: "M5 12h14", "M12 5v14";
    Refresh: "M3 12a9 9 0 0 1 15.3-6.4L21 8", "M21 3v5h-5", "M21 12a9 9 0 0 1-15.3 6.4L3 16", "M8 16H3v5";
    Rocket: "M4.5 16.5c-1.5 1.3-2 5-2 5s3.7-.5 5-2c.7-.8.7-2.1-.1-2.9a2.2 2.2 0 0 0-2.9-.1Z", "m12 15-3-3a22 22 0 0 1 2-4A12.9 12.9 0 0 1 22 2c0 2.7-.8 7.5-6 11a22.4 22.4 0 0 1-4 2Z", "M9 12H4s.6-3 2-4c1.6-1.1 5 0 5 0", "M12 15v5s3-.6 4-2c1.1-1.6 0-5 0-5";
    Send: "M9 10 4 15l5 5", "M20 4v7a4 4 0 0 1-4 4H4";
    Search: "M19 11a8 8 0 1 1-16 0 8 8 0 0 1 16 0Z", "m21 21-4.3-4.3";
    Settings: "M20 7h-9", "M14 17H5", "M20 17a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z", "M10 7a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z";
    Shield: "M20 13c0 5-3.5 7.5-7.7 9a1 1 0 0 1-.6 0C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.2-2.7a1.2 1.2 0 0 1 1.5 0C14.5 3.8 17 5 19 5a1 1 0 0 1 1 1Z";
    Stop: "M7 5h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z";
    Sun: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z", "M12 2v2", "M12 20v2", "m4.9 4.9 1.4 1.4", "m17.7 17.7 1.4 1.4", "M2 12h2", "M20 12h2", "m6.3 17.7-1.4 1.4", "m19.1 4.9-1.4 1.4";
    Terminal: "m4 17 6-6-6-6", "M12 19h8";
    Trash: "M3 6h18", "M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6", "M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2";
    Upload: "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4", "m17 8-5-5-5 5", "M12 3v12";
    User: "M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2", "M16 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z";
    Users: "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2", "M13 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z", "M22 21v-2a4 4 0 0 0-3-3.9", "M16 3.1a4 4 0 0 1 0 7.8";
}

/// An icon. It is decoration: what it stands for is said in words beside it or in a label.
#[component]
pub fn Icon(
    /// What it shows.
    name: IconName,
) -> impl IntoView {
    let paths = name
        .paths()
        .iter()
        .map(|d| view! { <path d=*d/> })
        .collect_view();
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            {paths}
        </svg>
    }
}
