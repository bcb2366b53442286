//! Finds the few things in a page that curl's user needs to post a form.

/// Gives the value of the first hidden input with this name.
pub fn hidden(page: &str, name: &str) -> Option<String> {
    page.split("<input").skip(1).map(tag).find_map(|input| {
        (attribute(input, "name")? == name).then(|| attribute(input, "value"))?.map(str::to_owned)
    })
}

/// Writes `text` as a value in a form's body.
pub fn form_value(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn tag(text: &str) -> &str {
    text.split_once('>').map_or(text, |(tag, _)| tag)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}
