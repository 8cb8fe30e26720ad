//! Whether a picture says where it was taken.

use pictures::tells_place;

use crate::make::{JPEG, PNG, Phone, XMP, exif_segment, jpeg, png, webp, xmp_chunk, xmp_segment};

const AT_HOME: Phone = Phone {
    denominators: None,
    ..Phone::UPRIGHT
};

#[test]
fn a_position_is_found_wherever_it_is_written() {
    for (file, what) in [
        (jpeg(&[exif_segment(Phone::UPRIGHT)]), "JPEG, EXIF"),
        (jpeg(&[exif_segment(AT_HOME), xmp_segment()]), "JPEG, XMP"),
        (png(&[(b"eXIf", Phone::UPRIGHT.exif())]), "PNG, EXIF"),
        (png(&[xmp_chunk()]), "PNG, XMP"),
        (webp(&[(b"EXIF", Phone::UPRIGHT.exif())]), "WebP, EXIF"),
        (
            webp(&[(b"EXIF", exif_segment(Phone::UPRIGHT).1)]),
            "WebP, EXIF of a JPEG",
        ),
        (webp(&[(b"XMP ", XMP.to_vec())]), "WebP, XMP"),
    ] {
        assert!(tells_place(&file), "{what}");
    }
}

#[test]
fn other_notes_are_no_position() {
    let exif = AT_HOME.exif();
    for (file, what) in [
        (JPEG.to_vec(), "JPEG"),
        (PNG.to_vec(), "PNG"),
        (webp(&[]), "WebP"),
        (jpeg(&[exif_segment(AT_HOME)]), "JPEG, EXIF"),
        (png(&[(b"eXIf", exif.clone())]), "PNG, EXIF"),
        (webp(&[(b"EXIF", exif)]), "WebP, EXIF"),
        (jpeg(&[(0xfe, XMP.to_vec())]), "a comment"),
        (Phone::UPRIGHT.exif(), "no picture"),
    ] {
        assert!(!tells_place(&file), "{what}");
    }
}

#[test]
fn the_fields_of_a_camera_that_does_not_know_where_it_is_are_no_position() {
    for denominators in [[0, 0], [0, 1], [1, 0]] {
        let lost = Phone {
            denominators: Some(denominators),
            ..Phone::UPRIGHT
        };
        assert!(!tells_place(&jpeg(&[exif_segment(lost)])));
    }
}

#[test]
fn the_beginning_of_a_file_is_enough() {
    let file = jpeg(&[exif_segment(Phone::UPRIGHT)]);
    assert!(tells_place(&file[..1000]));
    assert!(!tells_place(&file[..100]));
    let file = png(&[(b"eXIf", Phone::UPRIGHT.exif())]);
    assert!(tells_place(&file[..1000]));
}
