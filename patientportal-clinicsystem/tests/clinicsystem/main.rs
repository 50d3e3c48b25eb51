//! The adapter against a clinic's system on loopback that behaves, breaks down, lies and is slow.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod breaking;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod world;
