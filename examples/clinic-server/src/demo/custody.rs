//! The demonstration's register of custody: it knows two pairs, and can tell nothing of anybody else.

use async_trait::async_trait;
use patientportal_core::account::Custody;
use patientportal_core::fault::Fault;
use patientportal_core::ports::CustodyRegistry;
use patientportal_core::value::Cpr;

/// The register.
pub(super) struct DemoCustody;

#[async_trait]
impl CustodyRegistry for DemoCustody {
    async fn custody(&self, child: &Cpr, adult: &Cpr) -> Result<Custody, Fault> {
        let known = KNOWN.iter().find(|(of, by, _)| child.digits() == *of && adult.digits() == *by);
        Ok(known.map_or(Custody::Unknown, |(_, _, custody)| *custody))
    }
}

const IDA: &str = "1310169996";
const KIRSTEN: &str = "2911829996";
const MAX: &str = "0107729995";
const KNOWN: [(&str, &str, Custody); 2] = [(IDA, KIRSTEN, Custody::Holder), (IDA, MAX, Custody::NotHolder)];

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r3_kirsten_holds_custody_of_ida_max_does_not_and_of_others_nobody_knows() {
        let today = patientportal_core::moment::Timestamp(1_795_420_800_000).copenhagen_date();
        let cpr = |text| Cpr::parse(text, today).unwrap();
        for (child, adult, expected) in [
            ("131016-9996", "291182-9996", Custody::Holder),
            ("131016-9996", "010772-9995", Custody::NotHolder),
            ("131016-9995", "291182-9996", Custody::Unknown),
        ] {
            assert_eq!(DemoCustody.custody(&cpr(child), &cpr(adult)).await.unwrap(), expected);
        }
    }
}
