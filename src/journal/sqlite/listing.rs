//! Finds the records of a selection, in the table of deliveries and in that of delivered records.
//!
//! Every statement on the table of deliveries names its index. A selection of providers, outcomes or an error kind is read as one
//! ordered run of numbers for each combination, and the runs are merged.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::query::{KIND, Query, standings};
use super::rows::{CLAIMED, INTERRUPTED};
use super::tables::Tables;
use super::totals::{self, Total};
use super::{delivered, search};
use crate::journal::{Record, Selection};

/// Up to this number, it is cheaper to read records one by one and sort them than to find them in a run of others.
const FEW: i64 = 20_000;
/// The number of records that are read to estimate how many a span of time selects.
const SAMPLES: i64 = 64;

/// Returns the selected records, in the order of their numbers.
pub(super) fn list(
    connection: &Connection,
    tables: &Tables,
    selection: &Selection,
) -> rusqlite::Result<Vec<Record>> {
    let is_search = selection.search.is_some() || selection.person.is_some();
    let (queries, mut numbers) = if is_search {
        let found = search::find(connection, tables, selection)?;
        (found.queries, found.delivered)
    } else {
        (queries(connection, selection)?, delivered::numbers(connection, &tables.records.names, selection)?)
    };
    for query in queries {
        let mut statement = connection.prepare(&query.sql)?;
        let found = statement.query_map(params_from_iter(query.values), |row| row.get(0))?;
        numbers.extend(found.collect::<rusqlite::Result<Vec<i64>>>()?);
    }
    numbers.sort_unstable();
    numbers.dedup();
    let limit = selection.limit.and_then(|limit| usize::try_from(limit).ok());
    numbers.truncate(limit.unwrap_or(usize::MAX));
    let mut records = Vec::with_capacity(numbers.len());
    for number in numbers {
        records.extend(tables.records.of_number(connection, number)?);
    }
    Ok(records)
}

/// Returns the statements that find the numbers of a selection in the table of deliveries. Each has the limit of the selection.
fn queries(connection: &Connection, selection: &Selection) -> rusqlite::Result<Vec<Query>> {
    let totals = selected(totals::all(connection)?, selection);
    let is_narrowed = is_narrowed(selection);
    let has_time = selection.changed_before.is_some() || selection.changed_since.is_some();
    if has_time {
        let count = totals.iter().map(|total| total.count).sum::<u64>();
        let is_small = is_narrowed && i64::try_from(count).is_ok_and(|count| count <= FEW);
        if !is_small && is_selective(connection, selection)? {
            return Ok(by_change(&totals, selection));
        }
    }
    // The runs hold the times, so that records outside a span are skipped without being read.
    if is_narrowed || has_time { Ok(runs(&totals, selection)) } else { Ok(vec![by_number(selection)]) }
}

fn is_narrowed(selection: &Selection) -> bool {
    !selection.outcomes.is_empty() || !selection.providers.is_empty() || selection.error_kind.is_some()
}

/// Returns the totals of the providers and outcomes of a selection.
fn selected(totals: Vec<Total>, selection: &Selection) -> Vec<Total> {
    let standings: Vec<&str> = selection.outcomes.iter().flat_map(|outcome| standings(*outcome)).collect();
    let is_selected = |total: &Total| {
        (selection.providers.is_empty() || selection.providers.contains(&total.provider))
            && (standings.is_empty() || standings.contains(&&*total.standing))
    };
    totals.into_iter().filter(is_selected).collect()
}

/// One run of numbers for each provider and standing.
fn runs(totals: &[Total], selection: &Selection) -> Vec<Query> {
    totals.iter().flat_map(|total| run(total, selection)).collect()
}

fn run(total: &Total, selection: &Selection) -> Vec<Query> {
    let of_index = |index: &str, condition: &str| {
        let mut query = Query::new(&format!(
            "SELECT number FROM deliveries INDEXED BY {index} WHERE {condition} provider = ? AND standing = ?"
        ));
        if condition.contains('?') {
            query.values.extend(selection.error_kind.clone().map(Value::from));
        }
        query.values.extend([total.provider.clone().into(), total.standing.clone().into()]);
        query.after(selection).changed(selection).ordered(selection)
    };
    let Some(kind) = &selection.error_kind else {
        return vec![of_index("deliveries_by_standing", "")];
    };
    let with_error = format!("error IS NOT NULL AND {KIND} = ? AND");
    let mut queries = vec![of_index("deliveries_by_error", &with_error)];
    // What was never settled was interrupted.
    if kind == INTERRUPTED && [CLAIMED, INTERRUPTED].contains(&&*total.standing) {
        queries.push(of_index("deliveries_by_standing", "error IS NULL AND"));
    }
    queries
}

/// All records in the order of their numbers.
fn by_number(selection: &Selection) -> Query {
    Query::new("SELECT number FROM deliveries WHERE true")
        .after(selection)
        .changed(selection)
        .ordered(selection)
}

/// The records of a span of time, and those that are being sent, which the index of changes does not hold.
fn by_change(totals: &[Total], selection: &Selection) -> Vec<Query> {
    let select = "SELECT number FROM deliveries INDEXED BY deliveries_by_change WHERE standing <> 'claimed'";
    let mut changed = Query::new(select).changed(selection).after(selection);
    changed.one_of("provider", selection.providers.iter().cloned());
    changed.one_of(
        "standing",
        selection.outcomes.iter().flat_map(|outcome| standings(*outcome)).map(str::to_owned),
    );
    changed.kind(selection);
    let claimed = totals.iter().filter(|total| total.standing == CLAIMED);
    let claimed = claimed.flat_map(|total| run(total, selection));
    std::iter::once(changed.ordered(selection)).chain(claimed).collect()
}

/// Estimates whether at most a third of all records lie in the span of time, so that reading the span is cheaper than passing
/// over the others in the order of numbers.
fn is_selective(connection: &Connection, selection: &Selection) -> rusqlite::Result<bool> {
    let span =
        Query::new("SELECT 1 FROM deliveries INDEXED BY deliveries_by_change WHERE standing <> 'claimed'")
            .changed(selection);
    let count = format!("SELECT count(*) FROM ({} LIMIT {})", span.sql, FEW + 1);
    let few: i64 = connection.query_row(&count, params_from_iter(span.values), |row| row.get(0))?;
    if few <= FEW {
        return Ok(true);
    }
    let last: i64 =
        connection.query_row("SELECT coalesce(max(number), 0) FROM deliveries", [], |row| row.get(0))?;
    let mut statement =
        connection.prepare("SELECT changed_at FROM deliveries WHERE number >= ?1 ORDER BY number LIMIT 1")?;
    let since = selection.changed_since.map_or(i64::MIN, jiff::Timestamp::as_millisecond);
    let before = selection.changed_before.map_or(i64::MAX, jiff::Timestamp::as_millisecond);
    let mut met = 0;
    for sample in 0..SAMPLES {
        let number = last / SAMPLES * sample;
        let changed_at: i64 = statement.query_row([number], |row| row.get(0))?;
        met += i64::from((since..before).contains(&changed_at));
    }
    Ok(met <= SAMPLES / 3)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::identities;
    use super::*;
    use crate::journal::SqliteJournal;
    use crate::outcome::Outcome;

    /// Returns what `SQLite` does for each statement.
    fn plans(connection: &Connection, selection: &Selection) -> Vec<String> {
        let mut plans = Vec::new();
        let searches = |selection| {
            let mut tables = Tables::new(&identities::key(connection).unwrap());
            tables.refresh(connection).unwrap();
            search::find(connection, &tables, selection).unwrap().queries
        };
        let is_search = selection.search.is_some() || selection.person.is_some();
        let queries = if is_search { searches(selection) } else { queries(connection, selection).unwrap() };
        for query in queries {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", query.sql)).unwrap();
            let steps = statement.query_map(params_from_iter(query.values), |row| row.get::<_, String>(3));
            plans.extend(steps.unwrap().map(Result::unwrap));
        }
        plans
    }

    #[test]
    fn no_selection_scans_the_table_or_sorts_a_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("unicontact.db");
        drop(SqliteJournal::open(&path).unwrap());
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "INSERT INTO totals VALUES ('acme', 'created', 9), ('acme', 'claimed', 1), \
                                  ('iot', 'in_doubt', 100000)",
            )
            .unwrap();
        let all = Selection { limit: Some(100), ..Selection::default() };
        let times = [None, Some(Timestamp::UNIX_EPOCH)];
        let outcomes = [vec![], vec![Outcome::Created], vec![Outcome::InDoubt, Outcome::Failed]];
        let providers = [vec![], vec!["acme".to_owned()], vec!["acme".to_owned(), "iot".to_owned()]];
        let kinds = [None, Some("unavailable".to_owned()), Some("interrupted".to_owned())];
        let texts = [None, Some("ada".to_owned()), Some("ada@example.com king".to_owned())];
        for (search, error_kind) in texts.iter().flat_map(|text| kinds.iter().map(move |kind| (text, kind))) {
            for (outcomes, providers) in
                outcomes.iter().flat_map(|it| providers.iter().map(move |other| (it, other)))
            {
                for (changed_since, changed_before) in
                    times.iter().flat_map(|it| times.iter().map(move |other| (*it, *other)))
                {
                    let selection = Selection {
                        search: search.clone(),
                        error_kind: error_kind.clone(),
                        outcomes: outcomes.clone(),
                        providers: providers.clone(),
                        changed_since,
                        changed_before,
                        ..all.clone()
                    };
                    let plans = plans(&connection, &selection);
                    let scans = |plan: &&String| {
                        plan.starts_with("SCAN deliveries") || plan.starts_with("SCAN words")
                    };
                    assert_eq!(plans.iter().find(scans), None, "{selection:?} {plans:#?}");
                    let has_time = changed_since.or(changed_before).is_some();
                    if search.is_none() && !has_time {
                        let sorts = |plan: &&String| plan.contains("TEMP B-TREE");
                        assert_eq!(plans.iter().find(sorts), None, "{selection:?} {plans:#?}");
                    }
                }
            }
        }
        let person = Selection { person: Some("ada@example.com".to_owned()), ..all };
        assert!(plans(&connection, &person).iter().all(|plan| !plan.starts_with("SCAN deliveries")));
    }
}
