//! The end of a session, and what was typed when it came (L10).

texts! {
    /// Words of the offer to stay and of forms that came too late.
    LateFormTexts {
        stay: "Du logges ud kl. {time}, fordi siden ikke er brugt. Vil du blive?", "You will be logged out at {time} because the page has not been used. Do you want to stay?";
        stay_last: "Du logges ud kl. {time}. Længere varer et login ikke. Send det, du er i gang med, inden da.", "You will be logged out at {time}. A login lasts no longer. Send what you are doing before then.";
        stay_do: "Bliv logget ind", "Stay logged in";
        stay_close: "Luk beskeden", "Close this message";
        stay_label: "Du er snart logget ud", "You will soon be logged out";

        over: "Siden er ryddet, så andre ikke kan se dine oplysninger.", "The page has been cleared, so that others cannot see your data.";
        over_advice: "Er du færdig, så luk alle browserens vinduer, især hvis andre bruger samme computer.", "If you are finished, close all windows of the browser, above all if others use the same computer.";
        log_in_again: "Log ind igen", "Log in again";

        kept_title: "Det, du skrev, er gemt", "What you typed has been kept";
        kept: "Du er logget ud, så det er ikke sendt. Log ind igen her inden for en halv time, så kan du få det tilbage. Adgangskoder og koder gemmer vi ikke.", "You are logged out, so it has not been sent. Log in again here within half an hour to get it back. Passwords and codes are not kept.";
        others_title: "Siden var åbnet af en anden", "Somebody else had opened the page";
        others: "Den blev åbnet, mens en anden var logget ind her. Intet er ændret. Begynd forfra herfra.", "It was opened while somebody else was logged in here. Nothing has changed. Start again from here.";
        gone_title: "Det, du skrev, er her ikke længere", "What you typed is no longer here";
        gone: "Vi gemmer det i en halv time og viser det én gang. Skriv det igen.", "We keep it for half an hour and show it once. Type it again.";
        back_title: "Her er det, du skrev", "Here is what you typed";
        back: "Det er ikke sendt endnu. Se det igennem, og send det.", "It has not been sent yet. Look through it and send it.";

        offer_title: "Vil du have det, du skrev, tilbage?", "Do you want back what you typed?";
        offer: "Kl. {time} var du logget ud, da du var ved »{what}«. Det er ikke sendt, men gemt til dig.", "At {time} you were logged out while you were at “{what}”. It has not been sent, but kept for you.";
        offer_once: "Vi viser det én gang og sletter det så her. Ellers slettes det af sig selv efter en halv time.", "We show it once and then delete it here. Otherwise it is deleted after half an hour.";
        offer_start: "Det, du skrev, før du blev logget ud, er gemt til dig.", "What you typed before you were logged out is kept for you.";
        offer_see: "Se det", "See it";
        show: "Vis det, jeg skrev", "Show what I typed";
        forget: "Slet det", "Delete it";
    }
}
