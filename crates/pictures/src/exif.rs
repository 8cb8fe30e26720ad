//! Two facts of EXIF: which side is up, and whether there is a position. EXIF is a TIFF file:
//! directories of fields, each of which is looked through once at most.

/// What stands in front of the TIFF file in a JPEG, and by mistake elsewhere.
pub const PREFIX: &[u8] = b"Exif\0\0";
/// Bytes of a directory's field.
const FIELD: usize = 12;
/// The type of a number of two bytes.
const SHORT: u16 = 3;

const ORIENTATION: u16 = 0x0112;
/// The field that leads to the directory of the position.
const GPS: u16 = 0x8825;
const LATITUDE: u16 = 2;
const LONGITUDE: u16 = 4;

/// How the picture is turned to be shown, if it is: 2 to 8.
pub fn orientation(exif: &[u8]) -> Option<u8> {
    let tiff = Tiff::read(exif)?;
    let field = tiff.field(tiff.first()?, ORIENTATION)?;
    let is_short = tiff.u16(field + 2)? == SHORT;
    let turn = u8::try_from(tiff.u16(field + 8)?).ok()?;
    (is_short && (2..=8).contains(&turn)).then_some(turn)
}

/// Whether there is a position. Cameras that do not know where they are may write its fields too,
/// but with nothing to divide by.
pub fn has_position(exif: &[u8]) -> bool {
    let has = || {
        let tiff = Tiff::read(exif)?;
        let gps = tiff.place(tiff.field(tiff.first()?, GPS)? + 8)?;
        let denominator = |tag| tiff.u32(tiff.place(tiff.field(gps, tag)? + 8)? + 4);
        Some(denominator(LATITUDE)? > 0 && denominator(LONGITUDE)? > 0)
    };
    has().unwrap_or(false)
}

/// A TIFF file that says how the picture is turned and nothing else.
pub fn only(orientation: u8) -> Vec<u8> {
    let [high, low] = ORIENTATION.to_be_bytes();
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01".to_vec();
    tiff.extend([high, low, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0; 4]);
    tiff
}

struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl<'a> Tiff<'a> {
    fn read(exif: &'a [u8]) -> Option<Self> {
        let bytes = exif.strip_prefix(PREFIX).unwrap_or(exif);
        let is_little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { bytes, is_little })
    }

    /// Where the first directory is.
    fn first(&self) -> Option<usize> {
        self.place(4)
    }

    /// Where a directory has the field with this tag.
    fn field(&self, directory: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.u16(directory)?);
        let fields = self.bytes.get(directory + 2..)?.chunks_exact(FIELD);
        let places = (directory + 2..).step_by(FIELD);
        let mut places = places.take(fields.len().min(count));
        places.find(|at| self.u16(*at) == Some(tag))
    }

    /// The place in the file that is written at a place.
    fn place(&self, at: usize) -> Option<usize> {
        usize::try_from(self.u32(at)?).ok()
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let number = crate::u32_at(self.bytes, at)?;
        Some(if self.is_little {
            number.swap_bytes()
        } else {
            number
        })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let number = crate::u16_at(self.bytes, at)?;
        Some(if self.is_little {
            number.swap_bytes()
        } else {
            number
        })
    }
}
