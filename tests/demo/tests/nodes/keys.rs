//! Keys are changed node by node.

use crate::site::{NODES, Site, each};

/// A site changes its keys in three rounds of restarts, each node by node:
///
/// 1. all nodes learn the new key, and go on signing with the old one;
/// 2. all nodes sign with the new key, and still take the old one;
/// 3. when the absolute time-out has passed, the old key goes.
///
/// At no moment does a node meet a cookie that it cannot verify.
// promise: T7
#[test]
fn keys_change_node_by_node_without_a_logout() {
    each(|site| {
        let old = site.keys();
        let old = old.trim();
        let new = format!("2:{}", "5f".repeat(31) + "60");
        let mut cookies = vec![site.login(0, "ada")];

        roll(site, &format!("+{new}\n{old}\n"), &mut cookies);
        let signed_by_old = cookies.clone();
        roll(site, &format!("{new}\n{old}\n"), &mut cookies);
        let signed_by_new = cookies.split_off(cookies.len() - 1);
        site.write_keys(&format!("{new}\n"));
        (0..NODES).for_each(|node| site.restart(node));
        assert_eq!(site.verdicts(&signed_by_new[0]), ["resumed"; NODES]);
        assert_eq!(site.verdicts(&signed_by_old[0]), ["forged"; NODES], "it is not taken for ever");
    });
}

/// Gives each node these keys, one after the other, and looks at all cookies on all nodes each time.
fn roll(site: &mut Site, keys: &str, cookies: &mut Vec<String>) {
    site.write_keys(keys);
    for node in 0..NODES {
        site.restart(node);
        cookies.push(site.login(node, "ada"));
        for cookie in &*cookies {
            assert_eq!(site.verdicts(cookie), ["resumed"; NODES], "node {node} has {keys:?}");
        }
    }
}
