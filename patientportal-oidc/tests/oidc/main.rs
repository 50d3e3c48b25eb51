//! The adapter against a provider that lies, breaks down and answers nonsense, besides one that behaves.

#[cfg(test)]
mod configuration;
#[cfg(test)]
mod evil_op;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod network;
#[cfg(test)]
mod presets;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod staff;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod world;
