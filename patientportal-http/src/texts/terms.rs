//! The operator's terms (A6, L8) and the page on cookies and privacy.

texts! {
    /// Words of the terms and cookies pages.
    TermsTexts {
        title: "Vilkår og retningslinjer", "Terms and guidelines";
        version: "Udgave {version}", "Version {version}";
        from: "Fra {operator}", "From {operator}";
        accept_title: "Vilkårene er nye", "The terms are new";
        accept_lead: "Vilkårene er ændret, siden du sidst accepterede dem. Læs dem, og accepter, hvis du vil bruge portalen videre.", "The terms have changed since you last accepted them. Read them, and accept if you want to go on using the portal.";
        accept: "Accepter vilkårene", "Accept the terms";
        decline: "Vil du ikke acceptere dem, så log ud. Klinikken kan stadig hjælpe dig på telefonen.", "If you do not want to accept them, log out. The clinic can still help you by telephone.";
        read: "Læs vilkårene", "Read the terms";
        cookies_title: "Cookies og privatliv", "Cookies and privacy";
    }
}
