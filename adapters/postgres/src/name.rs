//! Names in SQL: the only text in a statement that a host chooses.

use crate::error::Refusal;
use crate::options::Options;

/// Longer names would be cut off by the server, with what is put behind them.
const LONGEST: usize = 48;

/// The names of the table and of what belongs to it, quoted.
pub(crate) struct Names {
    pub(crate) table: String,
    pub(crate) version: String,
    pub(crate) expires: String,
    pub(crate) principal: String,
}

impl Names {
    pub(crate) fn new(options: &Options) -> Result<Self, Refusal> {
        let table = checked(&options.table)?;
        let schema = match &options.schema {
            Some(schema) => format!("\"{}\".", checked(schema)?),
            None => String::new(),
        };
        Ok(Self {
            table: format!("{schema}\"{table}\""),
            version: format!("{schema}\"{table}_version\""),
            // An index is where its table is.
            expires: format!("\"{table}_expires\""),
            principal: format!("\"{table}_principal\""),
        })
    }
}

fn checked(name: &str) -> Result<&str, Refusal> {
    let is_good = (1..=LONGEST).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit());
    if is_good { Ok(name) } else { Err(Refusal::Name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_plain_name_gets_into_a_statement() {
        let long = "x".repeat(49);
        for name in ["", "a b", "a\"b", "a.b", "a;b", "a'b", "1a", "ä", "a\0", &long] {
            assert!(checked(name).is_err(), "{name:?}");
            assert!(Names::new(&Options::new().table(name)).is_err(), "{name:?}");
            assert!(Names::new(&Options::new().schema(name)).is_err(), "{name:?}");
        }
        let names = Names::new(&Options::new().table("Web_1").schema("_app")).expect("good names");
        assert_eq!(names.table, "\"_app\".\"Web_1\"");
        assert_eq!(names.version, "\"_app\".\"Web_1_version\"");
        assert!(checked(&long[1..]).is_ok());
    }
}
