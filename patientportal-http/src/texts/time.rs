//! Units of time, one and more of them.

texts! {
    /// Words for lengths of time.
    TimeTexts {
        second: "sekund", "second";
        seconds: "sekunder", "seconds";
        minute: "minut", "minute";
        minutes: "minutter", "minutes";
        hour: "time", "hour";
        hours: "timer", "hours";
    }
}
