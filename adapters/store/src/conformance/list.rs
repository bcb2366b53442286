//! List: a principal's sessions, in order, none missing (promise L11).

use std::string::String;
use std::vec::Vec;

use sansession::{StoreKey, Timestamp};

use super::Run;
use super::fixture::{HOUR, NOW, Subject, anonymous, bound, key, written};
use super::report::Finding;
use crate::contract::Store;
use crate::level::Level;

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run, PrincipalIndex:
        list_names_whom_create_binds,
        list_names_whom_update_binds,
        list_goes_on_naming_them,
        list_follows_to_another_principal,
        list_is_in_order_and_in_pages,
        list_tells_principals_apart,
    );
}

/// All keys listed, in pages of `page`.
pub(super) async fn list<S: Store>(
    store: &S,
    principal: &str,
    page: usize,
) -> Result<Vec<StoreKey>, Finding> {
    let mut listed: Vec<StoreKey> = Vec::new();
    loop {
        let mut keys = std::vec![StoreKey::default(); page];
        let count = store.list(principal, listed.last(), &mut keys).await?;
        ensure!(count <= page, "a list of {page} keys tells of {count}");
        for key in &keys[..count] {
            ensure!(
                listed.last().is_none_or(|last| last < key),
                "the list is out of order at {key}, in pages of {page}"
            );
            listed.push(*key);
        }
        if count < page {
            return Ok(listed);
        }
    }
}

/// Whether a record of `principal` is listed. One of a store that has no index need not be.
pub(super) async fn finds<S: Store>(
    store: &S,
    principal: &str,
    key: &StoreKey,
) -> Result<bool, Finding> {
    Ok(S::LEVEL == Level::Basic || list(store, principal, 8).await?.contains(key))
}

async fn lists<S: Store>(subject: &Subject<S>, principal: &str, n: u64) -> Result<(), Finding> {
    let listed = list(&subject.store, principal, 8).await?;
    ensure!(listed.contains(&key(n)), "record {n} of {principal} is not listed");
    Ok(())
}

async fn list_names_whom_create_binds<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), bound(b"one", "ada")).await?;
    lists(&subject, "ada", 1).await
}

async fn list_names_whom_update_binds<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    ensure!(list(&subject.store, "ada", 8).await?.is_empty(), "nobody is bound yet");
    subject.update(&key(1), 1, bound(b"two", "ada")).await?;
    lists(&subject, "ada", 1).await
}

/// Also after updates, touches, lost races, and the end of another session.
async fn list_goes_on_naming_them<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(HOUR / 2);
    subject.create(&key(1), bound(b"one", "ada")).await?;
    subject.create(&key(2), bound(b"other", "ada")).await?;
    subject.update(&key(1), 1, bound(b"two", "ada")).await?;
    lists(&subject, "ada", 1).await?;
    subject.store.touch(&key(1), later, Timestamp::MAX).await?;
    lists(&subject, "ada", 1).await?;
    subject.store.update(&key(1), sansession::Revision::FIRST, written(b"lost", later)).await?;
    lists(&subject, "ada", 1).await?;
    subject.store.create(&key(1), anonymous(b"lost")).await?;
    lists(&subject, "ada", 1).await?;
    subject.store.destroy(&key(2)).await?;
    lists(&subject, "ada", 1).await
}

async fn list_follows_to_another_principal<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), bound(b"one", "ada")).await?;
    subject.create(&key(2), bound(b"other", "ada")).await?;
    subject.update(&key(1), 1, bound(b"two", "grace")).await?;
    lists(&subject, "grace", 1).await?;
    lists(&subject, "ada", 2).await?;
    subject.update(&key(1), 2, bound(b"three", "ada")).await?;
    lists(&subject, "ada", 1).await
}

async fn list_is_in_order_and_in_pages<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let mut keys: Vec<StoreKey> = (0..20).map(key).collect();
    for key in &keys {
        subject.create(key, bound(b"one", "ada")).await?;
    }
    keys.sort_unstable();
    for page in [1, 3, 20, 64] {
        ensure_eq!(list(&subject.store, "ada", page).await?, keys, "the keys in pages of {page}");
    }
    ensure_eq!(subject.store.list("ada", None, &mut []).await?, 0, "keys in no space");
    // A cursor may be the key of a session that is gone.
    let cursor = keys.remove(9);
    subject.store.destroy(&cursor).await?;
    let mut page = [StoreKey::default(); 4];
    let count = subject.store.list("ada", Some(&cursor), &mut page).await?;
    ensure_eq!(page.get(..count), keys.get(9..13), "the keys after that of a destroyed session");
    Ok(())
}

async fn list_tells_principals_apart<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let long = "x".repeat(255);
    let quotes = "'; drop table sessions; --";
    let names =
        ["a", "A", "ab", "a b", "a%", "a_", "a\0", "a:b", "ä", "\u{61}\u{308}", quotes, &long];
    for (number, name) in (0..).zip(names) {
        subject.create(&key(number), bound(b"one", name)).await?;
    }
    for (number, name) in (0..).zip(names) {
        let listed = list(&subject.store, name, 8).await?;
        ensure_eq!(listed, [key(number)], "the sessions of {name:?}");
    }
    let nobody = String::from("y");
    ensure!(list(&subject.store, &nobody, 8).await?.is_empty(), "nobody has a session");
    Ok(())
}
