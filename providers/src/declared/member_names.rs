//! The names of the members that a description reads in answers.

use std::collections::BTreeSet;

use super::answers::ErrorFields;
use super::condition::{Condition, Subject};
use super::credential::Expiry;
use super::description::Description;
use super::place::Place;
use super::read_path::{ReadPath, Step};
use super::rules::Rules;

impl Description {
    /// Returns the names of the members that it reads in the vendor's answers. They are no data of an account.
    pub fn member_names(&self) -> BTreeSet<&str> {
        let mut names = Names::default();
        names.add_success_and_errors(&self.rules);
        names.add_searches(&self.rules);
        for token in self.rules.credentials.iter().filter_map(|credential| credential.token.as_ref()) {
            names.add(&token.path);
            if let Expiry::At { path, .. } = &token.expires {
                names.add(path);
            }
        }
        names.0
    }
}

#[derive(Default)]
struct Names<'a>(BTreeSet<&'a str>);

impl<'a> Names<'a> {
    fn add(&mut self, path: &'a ReadPath) {
        for step in path.steps() {
            match step {
                Step::Member(name) | Step::Where(name, _) => drop(self.0.insert(name)),
                Step::Index(_) | Step::Each | Step::AnyMember => {}
            }
        }
    }

    fn add_success_and_errors(&mut self, rules: &'a Rules) {
        let places = rules.success.id.iter().chain(rules.errors.iter().flat_map(|row| &row.existing));
        for place in places.chain(&rules.words.request_id) {
            if let Place::Path(path, _) = place {
                self.add(path);
            }
        }
        let conditions = rules.success.existing.iter().chain(rules.errors.iter().flat_map(|row| &row.when));
        conditions.for_each(|condition| self.add_condition(condition));
        rules.success.ignored.iter().for_each(|ignored| self.add(&ignored.path));
        let words = &rules.words;
        words.code.iter().chain(&words.message).chain(&words.status).for_each(|path| self.add(path));
        match &words.fields {
            Some(ErrorFields::List { list, field, message }) => {
                [list, message].into_iter().chain(field).for_each(|path| self.add(path));
            }
            Some(ErrorFields::Object { object, message }) => {
                self.add(object);
                self.add(message);
            }
            None => {}
        }
    }

    fn add_condition(&mut self, condition: &'a Condition) {
        match &condition.subject {
            Some(Subject::Path(path, _)) => self.add(path),
            Some(Subject::Each(list, all)) => {
                self.add(list);
                for condition in all {
                    self.add_condition(condition);
                }
            }
            Some(Subject::Header(..) | Subject::Message(_)) | None => {}
        }
    }

    fn add_searches(&mut self, rules: &'a Rules) {
        for find in &rules.finds {
            let compared = find.agree.iter().map(|(_, path)| path);
            let paths = [&find.results, &find.id].into_iter().chain(&find.same).chain(compared);
            paths.chain(&find.count).chain(&find.more).for_each(|path| self.add(path));
        }
        let expected = rules.check.iter().filter_map(|check| check.expect.as_ref());
        expected.for_each(|path| self.add(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_of_searches_errors_and_successes_are_named() {
        let hubspot = Description::bundled("hubspot").unwrap();
        let names = hubspot.member_names();
        for name in ["id", "category", "correlationId", "results", "properties", "email", "firstname"] {
            assert!(names.contains(name), "{name}: {names:?}");
        }
    }
}
