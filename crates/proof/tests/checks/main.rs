//! Checks of small sites behind a real listener: what is read, and what a real Chromium sees.

#![cfg(test)]

mod browser;
mod rules;
mod site;
