//! `[staff]`: who vouches for the clinics' staff.

use super::*;

const STAFF: &str =
    "[staff]\nissuer = \"https://login.example.dk\"\nclient_id = \"portal\"\nclient_secret = \"s3cret\"\n";

fn with(more: &str) -> String {
    GOOD.replace("[mail]", &format!("{STAFF}{more}\n[mail]"))
}

#[test]
fn s2_staff_sign_in_where_a_provider_is_named() {
    let folder = folder();
    assert!(read(&folder, GOOD).unwrap().staff.is_none());
    let staff = read(&folder, &with("")).unwrap().staff.unwrap();
    assert_eq!(staff.redirect_url, "https://portal.example.dk/personale/retur");
    assert_eq!(staff.post_logout_redirect_url, "https://portal.example.dk/personale/logget-ud");
    assert_eq!((staff.claims.role.as_str(), staff.claims.administrator.as_str()), ("role", "administrator"));
    let own = "scopes = [\"groups\"]\nid_claim = \"oid\"\nrole_claim = \"groups\"\nsecretary = \"users\"\nuserinfo = true\n\
               clinics = { \"SOR-7\" = \"skovby\" }";
    let staff = read(&folder, &with(own)).unwrap().staff.unwrap();
    assert_eq!(
        (staff.scopes, staff.claims.id.as_str(), staff.claims.from_userinfo),
        (vec!["groups".to_owned()], "oid", true)
    );
    assert_eq!(staff.claims.slugs["SOR-7"], "skovby");
}

#[test]
fn s2_a_mistake_about_staff_is_told_at_its_place() {
    let folder = folder();
    for (more, said) in [
        ("secretary = \"a\"\nadministrator = \"a\"", "`staff.administrator` is the same as `secretary`"),
        ("role_claim = \"\"", "`staff.role_claim` is empty"),
        ("clinics = { a = \"nowhere\" }", "`staff.clinics` names \"nowhere\", which is no clinic's slug"),
        ("parameters = { nonce = \"1\" }", "`staff.parameters` may not set `nonce`: the portal sets it"),
    ] {
        let error = read(&folder, &with(more)).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let insecure = with("").replace("https://login.example.dk", "http://login.example.dk");
    assert!(read(&folder, &insecure).unwrap_err().to_string().contains("`staff.issuer` must be https"));
    let without = with("").replace("client_secret = \"s3cret\"\n", "");
    assert!(read(&folder, &without).unwrap_err().to_string().contains("needs `client_secret`"));
}
