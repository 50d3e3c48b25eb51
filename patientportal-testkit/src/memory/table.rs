//! A sorted table that can undo what was written since it was last kept.

use std::collections::BTreeMap;

pub(super) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    before: Vec<(K, Option<V>)>,
}

impl<K: Ord + Clone, V> Table<K, V> {
    pub(super) fn row(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    /// For what is done past the store.
    pub(super) fn rows_mut(&mut self) -> &mut BTreeMap<K, V> {
        &mut self.rows
    }

    pub(super) fn put(&mut self, key: K, row: V) {
        let before = self.rows.insert(key.clone(), row);
        self.before.push((key, before));
    }

    pub(super) fn remove(&mut self, key: &K) {
        if let Some(before) = self.rows.remove(key) {
            self.before.push((key.clone(), Some(before)));
        }
    }

    /// Removes up to `limit` rows and answers how many.
    pub(super) fn remove_where(&mut self, limit: u32, over: impl Fn(&V) -> bool) -> u32 {
        let limit_rows = usize::try_from(limit).unwrap_or(usize::MAX);
        let keys = self.rows.iter().filter(|(_, row)| over(row)).map(|(key, _)| key.clone());
        let keys: Vec<K> = keys.take(limit_rows).collect();
        keys.iter().for_each(|key| self.remove(key));
        u32::try_from(keys.len()).unwrap_or(limit)
    }

    pub(super) fn keep(&mut self) {
        self.before.clear();
    }

    pub(super) fn undo(&mut self) {
        for (key, before) in self.before.drain(..).rev() {
            match before {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), before: Vec::new() }
    }
}
