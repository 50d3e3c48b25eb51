//! Error pages, none of which names a clinic (C2), and the headings above refusals. What a refusal says is the core's.

texts! {
    /// Words of the error pages, and headings of refusals.
    ErrorTexts {
        bad_request_title: "Det kunne vi ikke læse", "We could not read that";
        bad_request: "Det, browseren sendte, var ikke, som vi ventede. Gå tilbage, og prøv igen.", "What the browser sent was not what we expected. Go back and try again.";
        forbidden_title: "Det kan ikke gøres herfra", "That cannot be done from here";
        forbidden: "Det blev sendt fra en anden side end portalens egen, så vi gjorde ikke noget. Åbn portalen fra klinikkens link, og prøv igen.", "It was sent from a page other than the portal's own, so we did nothing. Open the portal from the clinic's link and try again.";
        not_found_title: "Siden findes ikke", "The page does not exist";
        not_found: "Adressen er forkert eller gammel. Åbn portalen fra linket på din kliniks hjemmeside.", "The address is wrong or old. Open the portal from the link on your clinic's homepage.";
        method_title: "Det kan siden ikke", "The page cannot do that";
        method: "Åbn portalen fra linket på din kliniks hjemmeside, og prøv igen.", "Open the portal from the link on your clinic's homepage and try again.";
        too_large_title: "Det var for meget på én gang", "That was too much at once";
        too_large: "Der blev sendt mere, end portalen tager imod. Gør det kortere, og prøv igen.", "More was sent than the portal accepts. Make it shorter and try again.";
        fault_title: "Noget gik galt hos os", "Something went wrong with us";
        fault: "Fejlen er ikke din, og vi har skrevet den ned. Prøv igen om lidt, eller ring til klinikken.", "The fault is not yours, and we have noted it. Try again shortly, or call the clinic.";
        busy_title: "Der er travlt lige nu", "We are busy at the moment";
        busy: "Portalen kan ikke nå det hele lige nu. Vent et øjeblik, og prøv igen.", "The portal cannot keep up at the moment. Wait a moment and try again.";

        try_again: "Prøv igen", "Try again";

        refused_title: "Det kunne ikke lade sig gøre", "That could not be done";
        wait_title: "Vent lidt", "Wait a little";
        over_title: "Begynd forfra", "Start again";
        expired_link_title: "Linket er for gammelt", "The link is too old";
        locked_link_title: "Linket er spærret", "The link is locked";
        other_owner_title: "Det var en andens MitID", "That was somebody else's MitID";
        dead_link_title: "Linket gælder ikke længere", "The link is no longer valid";
        closed_title: "Kontakt klinikken", "Contact the clinic";
        aborted_title: "MitID blev afbrudt", "MitID was broken off";
        no_cpr_title: "Dit MitID har intet CPR-nummer", "Your MitID has no CPR number";
        closed_by_clinic_title: "Ring til klinikken først", "Call the clinic first";
        former_number_title: "CPR-nummeret er skiftet ud", "The CPR number has been replaced";
        not_private_title: "Det var et erhvervs-MitID", "That was a business MitID";
        too_low_title: "MitID-login var ikke sikkert nok", "The MitID login was not secure enough";
        not_fresh_title: "MitID-login var for gammelt", "The MitID login was too old";
        too_young_title: "MitID kan ikke bruges under 15 år", "MitID cannot be used under 15";
        other_person_title: "MitID passer ikke til CPR-nummeret", "MitID does not fit the CPR number";
        child_form_title: "En forælder eller værge skal oprette barnet", "A parent or guardian must register the child";
        not_a_child_title: "Formularen er for børn under 15 år", "The form is for children under 15";
        guardian_young_title: "En, der er myndig, skal bekræfte", "Somebody of age must confirm";
        other_guardian_title: "MitID passer ikke til forælderen eller værgen", "MitID does not fit the parent or guardian";
        not_holder_title: "Forældremyndigheden blev ikke bekræftet", "Custody was not confirmed";
        mitid_down_title: "MitID kan ikke nås lige nu", "MitID cannot be reached at the moment";
        mitid_refused_title: "Svaret fra MitID kunne ikke bruges", "The answer from MitID could not be used";
        no_flow_title: "Der er ikke noget i gang her", "Nothing is under way here";
        other_browser_title: "Det blev begyndt i en anden browser", "It was begun in another browser";
        not_logged_in_title: "Du er ikke logget ind", "You are not logged in";
        step_title: "Der mangler et trin", "One step is missing";
        not_a_member_title: "Du er ikke bruger hos klinikken", "You are not a user at the clinic";
        awaiting_title: "Klinikken har ikke svaret endnu", "The clinic has not answered yet";
        suspended_title: "Klinikken har lukket din adgang for nu", "The clinic has closed your access for now";
        right_removed_title: "Du har ikke denne funktion", "You do not have this function";
        function_closed_title: "Funktionen er lukket lige nu", "The function is closed at the moment";
        needs_mitid_title: "Funktionen kræver MitID", "The function demands MitID";
    }
}
