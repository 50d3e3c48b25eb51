//! The pages over the portal in memory, asked as a browser asks them.

mod approval;
mod browser;
mod children;
mod journeys;
mod pages;
mod security;
mod server;
mod store_away;
