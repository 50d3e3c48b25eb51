//! What of a provider's error texts may go to the log: machine codes only, since a sentence might name a person.

/// `text` if it is a machine code (letters and underscores, at most 64), else a stand-in.
pub(crate) fn machine_code(text: &str) -> &str {
    let fits = !text.is_empty() && text.len() <= 64;
    if fits && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
        text
    } else {
        "(not a machine code)"
    }
}

#[cfg(test)]
mod tests {
    use super::machine_code;

    #[test]
    fn i7_only_machine_codes_reach_the_log() {
        assert_eq!(machine_code("mitid_user_aborted"), "mitid_user_aborted");
        for text in ["", "CPR 2512489996 is unknown", "cpr_2512489996", "a\nb", &"x".repeat(65)] {
            assert_eq!(machine_code(text), "(not a machine code)", "{text}");
        }
    }
}
