//! The simulator as a browser, a portal and the portal's own adapter see it.

#[cfg(test)]
mod adapter;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod staff;
#[cfg(test)]
mod world;
