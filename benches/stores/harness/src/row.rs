//! What was measured, as a line of text between two programs.

use std::fmt;
use std::str::FromStr;

/// Round trips of one request of each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trips {
    /// That only reads.
    pub read: u64,
    /// That changes a value.
    pub changed: u64,
    /// That gives the session another id.
    pub rotated: u64,
    /// That begins a session.
    pub created: u64,
    /// That ends it.
    pub destroyed: u64,
}

/// Requests per second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rates {
    /// One browser reads.
    pub read: u64,
    /// One browser changes a value.
    pub changed: u64,
    /// Many browsers read.
    pub read_by_many: u64,
    /// Many browsers change values.
    pub changed_by_many: u64,
}

/// What a library does over a store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The store, without tabs.
    pub store: String,
    /// None for a store without a network.
    pub trips: Option<Trips>,
    /// Requests per second.
    pub rates: Rates,
}

/// Fields with tabs between them.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.store)?;
        match self.trips {
            None => f.write_str("\t-\t-\t-\t-\t-")?,
            Some(Trips { read, changed, rotated, created, destroyed }) => {
                write!(f, "\t{read}\t{changed}\t{rotated}\t{created}\t{destroyed}")?;
            }
        }
        let Rates { read, changed, read_by_many, changed_by_many } = self.rates;
        write!(f, "\t{read}\t{changed}\t{read_by_many}\t{changed_by_many}")
    }
}

/// A line that is no row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoRow;

impl FromStr for Row {
    type Err = NoRow;

    fn from_str(line: &str) -> Result<Self, NoRow> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [store, trips @ .., a, b, c, d] = fields.as_slice() else { return Err(NoRow) };
        let number = |field: &str| field.parse().map_err(|_| NoRow);
        let trips = match *trips {
            ["-", "-", "-", "-", "-"] => None,
            [read, changed, rotated, created, destroyed] => Some(Trips {
                read: number(read)?,
                changed: number(changed)?,
                rotated: number(rotated)?,
                created: number(created)?,
                destroyed: number(destroyed)?,
            }),
            _ => return Err(NoRow),
        };
        let rates = Rates {
            read: number(a)?,
            changed: number(b)?,
            read_by_many: number(c)?,
            changed_by_many: number(d)?,
        };
        Ok(Self { store: (*store).to_owned(), trips, rates })
    }
}
