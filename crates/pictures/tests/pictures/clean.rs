//! Copies without metadata.

use exif::Tag;
use pictures::{Clean, clean, tells_place};
use proptest::prelude::*;

use crate::MEMORY;
use crate::make::{
    JPEG, PNG, Phone, SECRETS, chunk, exif_segment, fields, jpeg, png, segment, xmp_chunk,
    xmp_segment,
};

const WIDTH: u32 = 320;
const HEIGHT: u32 = 300;

#[test]
fn a_picture_that_says_nothing_stays_as_it_is() {
    for (file, ending) in [(JPEG, "jpg"), (PNG, "png")] {
        let copy = clean(file).unwrap();
        assert!(copy.bytes == file, "{ending}");
        assert_eq!(
            (copy.ending, copy.width, copy.height),
            (ending, WIDTH, HEIGHT)
        );
    }
    // What the others are compared with has a profile.
    assert!(holds(JPEG, "ICC_PROFILE"));
}

#[test]
fn of_a_jpeg_the_picture_is_left_and_which_side_is_up() {
    let mut file = jpeg(&[
        exif_segment(Phone::UPRIGHT),
        xmp_segment(),
        (0xed, b"Photoshop 3.0\0secret".to_vec()),
        (0xe2, b"MPF\0secret".to_vec()),
        (0xe0, b"JFXX\0secret".to_vec()),
        (0xfe, b"secret".to_vec()),
    ]);
    // Pictures and films of other programs follow the end.
    file.extend(jpeg(&[exif_segment(Phone::UPRIGHT)]));
    file.extend(b"secret");
    let copy = clean(&file).unwrap();
    assert_only_turned(&copy);
    // Beside that, byte by byte the same.
    let tiff = &copy.bytes[30..56];
    assert!(copy.bytes == jpeg(&[(0xe1, [b"Exif\0\0", tiff].concat())]));
}

#[test]
fn of_a_png_the_picture_is_left_and_which_side_is_up() {
    let mut file = png(&[
        (b"eXIf", Phone::UPRIGHT.exif()),
        xmp_chunk(),
        (b"tEXt", b"Comment\0secret".to_vec()),
        (b"zTXt", b"secret".to_vec()),
        (b"tIME", b"secret!".to_vec()),
        (b"prVt", b"secret".to_vec()),
        (b"iCCP", b"profile".to_vec()),
    ]);
    file.extend(b"secret");
    let copy = clean(&file).unwrap();
    assert_only_turned(&copy);
    let tiff = copy.bytes[41..67].to_vec();
    assert!(copy.bytes == png(&[(b"eXIf", tiff), (b"iCCP", b"profile".to_vec())]));
}

#[test]
fn the_small_copy_in_a_jpegs_first_segment_is_left_out() {
    let mut jfif = JPEG[6..18].to_vec();
    jfif.extend([1, 1, 7, 7, 7]);
    let file = [&JPEG[..2], &segment(0xe0, &jfif), &JPEG[20..]].concat();
    assert!(clean(&file).unwrap().bytes == JPEG);
}

#[test]
fn notes_between_the_scans_of_a_jpeg_are_left_out() {
    let end = JPEG.len() - 2;
    let scan = [&segment(0xda, &[1]), &b"coded\xff\0\xff\xd0\xff\xff"[..]].concat();
    let file = |notes: &[u8]| [&JPEG[..end], notes, &scan, notes, &JPEG[end..]].concat();
    let copy = clean(&file(&segment(0xfe, b"secret"))).unwrap();
    assert!(copy.bytes == file(b""));
}

#[test]
fn a_jpeg_that_lacks_its_end_is_shown_as_far_as_it_goes() {
    let half = JPEG.len() - 1000;
    let copy = clean(&JPEG[..half]).unwrap();
    assert!(copy.bytes == [&JPEG[..half], b"\xff\xd9"].concat());
}

#[test]
fn what_is_no_whole_picture_has_no_copy() {
    let without_size = [&PNG[..16], &[0; 4], &PNG[20..]].concat();
    for file in [
        b"",
        &JPEG[..300],
        &PNG[..PNG.len() - 1],
        &without_size,
        b"GIF89a",
    ] {
        assert_eq!(clean(file), None);
    }
}

#[test]
fn a_hundred_thousand_parts_take_no_more_memory_than_a_copy() {
    const MANY: usize = 100_000;
    let jpeg = |part: &[u8]| [&JPEG[..20], &part.repeat(MANY), &JPEG[20..]].concat();
    let png = |part: &[u8]| [&PNG[..33], &part.repeat(MANY), &PNG[33..]].concat();
    let (codes, data) = (jpeg(&segment(0xc4, b"")), png(&chunk(b"IDAT", b"")));
    for (file, copy, what) in [
        (&jpeg(&segment(0xfe, b"")), JPEG, "JPEG, comments"),
        (&codes, &codes, "JPEG, codes"),
        (&png(&chunk(b"tEXt", b"")), PNG, "PNG, texts"),
        (&data, &data, "PNG, data"),
    ] {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let made = clean(file).unwrap();
        let needed = MEMORY.peak_usage() - before;
        assert!(needed <= file.len() + 1_000, "{what}: {needed}");
        assert!(made.bytes == copy, "{what}");
    }
}

proptest! {
    #[test]
    fn each_turn_is_kept_and_no_other(
        turn in 0_u16..12,
        is_little: bool,
        denominators in prop::option::of(prop::array::uniform2(0_u32..3)),
    ) {
        let phone = Phone { orientation: turn, denominators, is_little };
        let has_position = denominators.is_some_and(|it| !it.contains(&0));
        let jpeg = jpeg(&[exif_segment(phone)]);
        let png = png(&[(b"eXIf", phone.exif())]);
        for (file, original) in [(jpeg, JPEG), (png, PNG)] {
            prop_assert_eq!(tells_place(&file), has_position);
            let copy = clean(&file).unwrap();
            if (2..=8).contains(&turn) {
                let kept: Vec<_> = fields(&file);
                let kept: Vec<_> = kept.into_iter().filter(|it| it.0 == Tag::Orientation).collect();
                prop_assert_eq!(fields(&copy.bytes), kept);
            } else {
                prop_assert!(copy.bytes == original);
            }
        }
    }

    #[test]
    fn whatever_is_broken_the_copy_says_nothing(
        which in 0_usize..2,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        early in prop::collection::vec((0_usize..400, any::<u8>()), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut file = match which {
            0 => jpeg(&[exif_segment(Phone::UPRIGHT), xmp_segment()]),
            _ => png(&[(b"eXIf", Phone::UPRIGHT.exif()), xmp_chunk()]),
        };
        for (at, byte) in flips {
            let at = at.index(file.len());
            file[at] = byte;
        }
        for (at, byte) in early {
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        let _either = tells_place(&file);
        if let Some(copy) = clean(&file) {
            prop_assert!(!tells_place(&copy.bytes));
            prop_assert!(fields(&copy.bytes).iter().all(|(tag, _)| *tag == Tag::Orientation));
            prop_assert!(copy.bytes.len() <= file.len() + 64);
            let again = clean(&copy.bytes);
            prop_assert_eq!(again, Some(copy));
        }
    }

    #[test]
    fn no_bytes_are_too_strange(begin in 0_usize..5, mut bytes: Vec<u8>) {
        let beginnings: [&[u8]; 5] = [
            b"",
            b"\xff\xd8\xff\xe1\0\x40Exif\0\0II*\0\x08\0\0\0",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n\0\0\0",
            b"RIFF\0\0\0\0WEBPEXIF",
        ];
        bytes.splice(0..0, beginnings[begin].iter().copied());
        let _either = (tells_place(&bytes), clean(&bytes));
    }
}

fn holds(file: &[u8], word: &str) -> bool {
    file.windows(word.len()).any(|part| part == word.as_bytes())
}

/// The copy says which side is up, and nothing else.
#[track_caller]
fn assert_only_turned(copy: &Clean) {
    assert_eq!(secrets(copy), [""; 0]);
    let turned = [(
        Tag::Orientation,
        "row 0 at right and column 0 at top".to_owned(),
    )];
    assert_eq!(fields(&copy.bytes), turned);
    assert_eq!((copy.width, copy.height), (HEIGHT, WIDTH));
}

fn secrets(copy: &Clean) -> Vec<&'static str> {
    let held = SECRETS.into_iter().filter(|word| holds(&copy.bytes, word));
    held.collect()
}
