//! Reading vCard 2.1, 3.0 and 4.0.
//!
//! Rule: x

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::options::ReadOptions;
use crate::row::{Reject, Row};

pub(crate) struct VcardRows {
    pub(crate) unused: BTreeMap<String, u64>,
}

impl VcardRows {
    pub(crate) fn new(_source: Box<dyn Read + Send>, _options: &ReadOptions) -> Self {
        Self { unused: BTreeMap::new() }
    }
    pub(crate) fn line(&self) -> u64 {
        0
    }
    pub(crate) fn next_row(&mut self) -> io::Result<Option<Result<Row, Reject>>> {
        Ok(None)
    }
}
