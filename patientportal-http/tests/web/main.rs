//! The pages over the portal in memory, asked as a browser asks them.

mod activation;
mod approval;
mod browser;
mod changed_number;
mod children;
mod coming_of_age;
mod contact;
mod journeys;
mod own_page;
mod pages;
mod security;
mod server;
mod store_away;
