//! The pages over the portal in memory, asked as a browser asks them.

mod activation;
mod approval;
mod browser;
mod changed_number;
mod children;
mod coming_of_age;
mod contact;
mod journeys;
mod late_form;
mod own_page;
mod pages;
mod security;
mod server;
mod staff_browser;
mod staff_pages;
mod staff_sign_in;
mod staff_table;
mod store_away;
